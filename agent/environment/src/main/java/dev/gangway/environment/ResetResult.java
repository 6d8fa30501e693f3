package dev.gangway.environment;

/**
 * After a reset.
 *
 * @param observations batch of n first observations; rows that the mask left out hold their last observation
 * @param infos infos of the copies that were reset
 */
public record ResetResult(Value observations, Infos infos) {}
