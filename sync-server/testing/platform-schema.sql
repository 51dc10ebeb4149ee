-- The existing platform's tables as far as they are imported, empty, in the layout of its own schema dump.
CREATE TABLE accounts_accounts ("accountID" bigint PRIMARY KEY, email varchar(64) NOT NULL UNIQUE, password varchar(128) NOT NULL,
  is_active boolean NOT NULL, is_staff boolean NOT NULL, is_superuser boolean NOT NULL, is_suspended boolean NOT NULL,
  suspended_until timestamptz, is_banned boolean NOT NULL, city varchar(100) NOT NULL, "createdAt" timestamptz NOT NULL);
CREATE TABLE accounts_profile ("profileID" bigint PRIMARY KEY, "accountFK_id" bigint NOT NULL REFERENCES accounts_accounts DEFERRABLE INITIALLY DEFERRED,
  "profileType" varchar(10), "firstName" varchar(24) NOT NULL, "middleName" varchar(24), "lastName" varchar(24) NOT NULL);
CREATE TABLE accounts_clientprofile (id bigint PRIMARY KEY, "profileID_id" bigint NOT NULL UNIQUE REFERENCES accounts_profile);
CREATE TABLE accounts_agency ("agencyId" bigint PRIMARY KEY, "accountFK_id" bigint NOT NULL REFERENCES accounts_accounts, "businessName" varchar(50) NOT NULL);
CREATE TABLE agency_employees ("employeeID" bigint PRIMARY KEY, agency_id bigint NOT NULL REFERENCES accounts_accounts, name varchar(255) NOT NULL,
  "firstName" varchar(100) NOT NULL, "lastName" varchar(100) NOT NULL, email varchar(255) NOT NULL, specializations text NOT NULL, "isActive" boolean NOT NULL);
CREATE TABLE jobs ("jobID" bigint PRIMARY KEY, title varchar(200) NOT NULL, description text NOT NULL, location varchar(255) NOT NULL,
  status varchar(15) NOT NULL, "preferredStartDate" date, "clientID_id" bigint NOT NULL REFERENCES accounts_clientprofile,
  "assignedAgencyFK_id" bigint REFERENCES accounts_agency, "assignedEmployeeID_id" bigint REFERENCES agency_employees,
  "workerMarkedComplete" boolean NOT NULL, "clientMarkedComplete" boolean NOT NULL);
CREATE TABLE job_skill_slots ("skillSlotID" bigint PRIMARY KEY, "jobID_id" bigint NOT NULL REFERENCES jobs,
  invited_agency_id bigint REFERENCES accounts_agency, agency_invite_status varchar(10));
CREATE TABLE job_employee_assignments ("assignmentID" bigint PRIMARY KEY, job_id bigint NOT NULL REFERENCES jobs,
  employee_id bigint NOT NULL REFERENCES agency_employees, status varchar(15) NOT NULL);
CREATE TABLE job_disputes ("disputeID" bigint PRIMARY KEY, "jobID_id" bigint NOT NULL REFERENCES jobs, status varchar(20) NOT NULL);
CREATE TABLE job_reviews ("reviewID" bigint PRIMARY KEY, "jobID_id" bigint NOT NULL REFERENCES jobs, "reviewerType" varchar(10) NOT NULL);
CREATE TABLE conversation ("conversationID" bigint PRIMARY KEY, client_id bigint NOT NULL REFERENCES accounts_profile,
  worker_id bigint REFERENCES accounts_profile, agency_id bigint REFERENCES accounts_agency, "relatedJobPosting_id" bigint NOT NULL UNIQUE REFERENCES jobs,
  conversation_type varchar(15) NOT NULL, status varchar(15) NOT NULL, "unreadCountClient" int NOT NULL, "unreadCountWorker" int NOT NULL,
  "createdAt" timestamptz NOT NULL);
CREATE TABLE conversation_participants ("participantID" bigint PRIMARY KEY, conversation_id bigint NOT NULL REFERENCES conversation,
  profile_id bigint REFERENCES accounts_profile, admin_account_id bigint REFERENCES accounts_accounts, participant_type varchar(10) NOT NULL,
  unread_count int NOT NULL, joined_at timestamptz NOT NULL, last_read_at timestamptz);
CREATE TABLE message ("messageID" bigint PRIMARY KEY, "conversationID_id" bigint NOT NULL REFERENCES conversation,
  sender_id bigint REFERENCES accounts_profile, "senderAgency_id" bigint REFERENCES accounts_agency, sender_admin_id bigint REFERENCES accounts_accounts,
  "messageText" text NOT NULL, "messageType" varchar(10) NOT NULL, "locationAddress" varchar(500), "locationLandmark" varchar(255),
  "locationLatitude" numeric(10,7), "locationLongitude" numeric(10,7), "isRead" boolean NOT NULL, "readAt" timestamptz, "createdAt" timestamptz NOT NULL);
CREATE TABLE message_attachment ("attachmentID" bigint PRIMARY KEY, "messageID_id" bigint NOT NULL REFERENCES message, "fileURL" varchar(1024) NOT NULL,
  "fileName" varchar(255), "fileSize" int, "fileType" varchar(50), "uploadedAt" timestamptz NOT NULL);
