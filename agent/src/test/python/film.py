"""Decodes a film with OpenCV's FFmpeg and prints its number of frames, width and height."""

import sys

import cv2

film = cv2.VideoCapture(sys.argv[1], cv2.CAP_FFMPEG)
count = 0
shape = (0, 0)
while True:
    found, frame = film.read()
    if not found:
        break
    count += 1
    shape = frame.shape[:2]
print(count, shape[1], shape[0])
