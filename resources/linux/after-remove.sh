#!/bin/bash

# Runs after the files of a version are gone, also when a newer one took their place: rpm says how many are left then, dpkg that it is an upgrade.
# The newer one has put its link and its profile there already (rpm), or is about to (dpkg).
case "$1" in
  0 | remove | purge | disappear) ;;
  *) exit 0 ;;
esac

if type update-alternatives >/dev/null 2>&1; then
  update-alternatives --remove '${executable}' '/opt/${sanitizedProductName}/${executable}' || true
else
  rm -f '/usr/bin/${executable}'
fi

# What Ubuntu lets the sandbox work with; out of the kernel first, where this isn't a folder that becomes an image.
profile='/etc/apparmor.d/${executable}'
if [ -f "$profile" ]; then
  if apparmor_status --enabled >/dev/null 2>&1 && hash apparmor_parser 2>/dev/null; then
    if ! { [ -x /usr/bin/ischroot ] && /usr/bin/ischroot; }; then
      apparmor_parser --remove "$profile" || true
    fi
  fi
  rm -f "$profile"
fi
