/**
 * What a jar of one's own offers to experiments: estimators, baselines, critics, networks, distributions, learners,
 * optimizers, schedules, environment decorators and recorders. Environments are offered by
 * {@code dev.gangway.environment.EnvironmentProvider}.
 *
 * <p>A provider is a class with a public constructor without parameters, which a file {@code META-INF/services/INTERFACE} of
 * the jar names, INTERFACE being the full name of one of the interfaces here. An experiment asks for it by its name,
 * {@code custom { provider: "NAME" settings { key: "KEY" value { integer: 3 } } }}, and the command line finds it in the jars
 * that {@code --jar} gives, or on the class path.
 *
 * <p>Experimental: these interfaces may change with any version, until a release says otherwise.
 */
package dev.gangway.learning.provider;
