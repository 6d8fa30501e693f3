/**
 * What a jar of one's own offers to experiments for policies: networks and distributions, and what every provider of parts of a training
 * is made of. The other kinds of providers are in {@code dev.gangway.learning.provider}, whose documentation says how a provider
 * is found.
 *
 * <p>Experimental: these interfaces may change with any version, until a release says otherwise.
 */
package dev.gangway.inference.provider;
