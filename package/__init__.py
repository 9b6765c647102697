"""Makes what is given to clinics out of the built program: .deb, portable archive, list of parts, checksums."""
