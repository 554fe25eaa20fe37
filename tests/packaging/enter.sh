#!/bin/sh
# enter.sh ROOT TASK OPT COMMAND...: becomes COMMAND in a root like Lambda's, read-only but for /tmp, as its user.
# Started as root of a user namespace of its own, with mounts of its own: nothing of the machine changes.
# ROOT is what lambda_root.py made; TASK the function's folder; OPT the folders of its layers, the last one first,
# with colons between, as overlays take them.
set -eu
root=$1 task=$2 opt=$3
shift 3

overlay() { mount -t overlay overlay -o "lowerdir=$1:$root/nothing" "$root/mounted$2"; }

overlay "$root/base" ""
python=/var/lang/lib/$(ls "$root/base/var/lang/lib")
overlay "$root/python:$root/place-for-packages" "$python"
overlay "$root/packages" "$python/site-packages"
overlay "$task" /var/task
overlay "$opt" /opt
mount -t tmpfs -o mode=1777,size=512m tmpfs "$root/mounted/tmp"
for device in null zero urandom; do
    mount --bind "/dev/$device" "$root/mounted/dev/$device"
done
# As on Lambda: its own folders go before those of a layer.
libraries=/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib
# 993 is the user that Lambda runs functions as; nobody inside is the namespace's root any more.
exec env -u HOME -u TMPDIR LD_LIBRARY_PATH=$libraries \
    unshare --user --map-user=993 --map-group=990 --root="$root/mounted" --wd=/var/task -- "$@"
