/**
 * Networks with hand-written backward passes over one flat parameter vector, and their snapshots in plain Java.
 *
 * <p>{@link dev.gangway.network.Network} and {@link dev.gangway.network.ParameterVector} use ND4J and belong to the
 * learner's thread. {@link dev.gangway.network.NetworkSnapshot} uses plain arrays only and belongs to everyone.
 */
package dev.gangway.network;
