package dev.gangway.inference.network;

/**
 * One layer of convolutions.
 *
 * @param count filters
 * @param kernel height and width of their square patches, pixels
 * @param stride pixels between neighbouring patches
 */
public record Filters(int count, int kernel, int stride) {}
