#!/bin/sh
# enter.sh ROOT TASK OPT COMMAND...: runs COMMAND in a root like Lambda's, as Lambda's user. Only /tmp can be written.
# It is started as root of its own user namespace, with its own mounts: nothing on the machine changes.
# lambda_root.py made ROOT. TASK is the function's folder. OPT are the folders of its layers, the last one first, with
# colons between them, in the form of overlays.
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
# As on Lambda: Lambda's own folders come before those of a layer.
libraries=/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task:/var/task/lib:/opt/lib
# Lambda runs functions as user 993. From here on, no process is root of the namespace.
exec env -u HOME -u TMPDIR LD_LIBRARY_PATH=$libraries \
    unshare --user --map-user=993 --map-group=990 --root="$root/mounted" --wd=/var/task -- "$@"
