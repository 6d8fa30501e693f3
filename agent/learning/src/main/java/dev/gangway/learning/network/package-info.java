/**
 * Networks that learn, computed by OpenBLAS in single precision; see {@link dev.gangway.inference.network} for what they compute.
 */
package dev.gangway.learning.network;
