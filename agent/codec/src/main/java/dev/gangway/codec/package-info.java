/**
 * Translates the messages of {@code proto/gangway/v1} to and from this program's types, for clients and servers alike.
 * A decoded message has been checked: either everything that the contract demands of it holds, or a {@link
 * dev.gangway.codec.ProtocolException} says what does not.
 */
package dev.gangway.codec;
