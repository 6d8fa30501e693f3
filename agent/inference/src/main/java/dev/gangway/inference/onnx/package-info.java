/** Trained policies in formats that other programs read. */
package dev.gangway.inference.onnx;
