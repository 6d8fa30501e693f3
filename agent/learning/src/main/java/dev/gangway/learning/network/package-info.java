/**
 * Networks with hand-written backward passes over one flat parameter vector, and their snapshots in plain Java.
 *
 * <p>{@link dev.gangway.learning.network.Network} and {@link dev.gangway.learning.network.ParameterVector} use ND4J and serve one thread at a
 * time. A {@link dev.gangway.learning.network.NetworkSnapshot} belongs to everyone; one made of a checkpoint uses plain arrays only.
 */
package dev.gangway.learning.network;
