package dev.gangway.benchmark;

import dev.gangway.cli.Main;
import dev.gangway.learning.experiment.Training;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * {@code AgentShare EXPERIMENT SEED}: what share of the CPU time of the agent's threads, while it trains, goes into neither its
 * networks nor its environments: per cent.
 *
 * <p>Every 2 ms each thread's CPU time since the last look is booked on what its stack shows it at: its innermost
 * frame of a class below says which, the rest if there is none; frames of messages say nothing. Threads of the JVM itself
 * (compiler, collector) are not counted, nor is what a thread used before it was seen waiting, because its stack no longer
 * tells what for.
 */
public final class AgentShare {
    private static final long INTERVAL_MILLISECONDS = 2;

    /** Beginnings of class names, and what they say; the first that fits does. */
    private static final List<Map.Entry<String, Part>> CLASSES = List.of(
            Map.entry("dev.gangway.learning.network.", Part.NETWORK),
            Map.entry("dev.gangway.learning.optimizer.", Part.NETWORK),
            Map.entry("dev.gangway.learning.policy.", Part.NETWORK),
            Map.entry("dev.gangway.learning.learner.", Part.NETWORK),
            Map.entry("dev.gangway.environment.", Part.ENVIRONMENT),
            Map.entry("dev.gangway.codec.", Part.ENVIRONMENT),
            Map.entry("io.grpc.", Part.ENVIRONMENT),
            Map.entry("dev.gangway.", Part.REST));

    /** Generated: what a message takes is its caller's, the bridge's or a checkpoint's. */
    private static final String MESSAGES = "dev.gangway.v1.";

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final Map<Long, Long> lastCpu = new HashMap<>();
    private final Map<Part, Long> nanoseconds = new EnumMap<>(Part.class);
    private boolean training;

    /** What a thread may be at. */
    private enum Part {
        NETWORK,
        ENVIRONMENT,
        REST
    }

    /** Trains as {@code gangway train} does, and prints the share at the end. */
    public static void main(String[] arguments) throws IOException {
        AgentShare share = new AgentShare();
        Thread sampler = new Thread(share::sample, "sampler");
        sampler.setDaemon(true);
        sampler.start();
        Path folder = Files.createTempDirectory("gangway-share");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            share.print();
            remove(folder);
        }));
        Main.main(new String[] {
            "train",
            arguments[0],
            "--seed",
            arguments[1],
            "--out",
            folder.resolve("run").toString(),
            "--quiet"
        });
    }

    private static void remove(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void sample() {
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(INTERVAL_MILLISECONDS);
                look(Thread.getAllStackTraces());
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void look(Map<Thread, StackTraceElement[]> stacks) {
        boolean before = training;
        training = stacks.values().stream().anyMatch(AgentShare::isTraining);
        stacks.forEach((thread, stack) -> {
            long cpu = threads.getThreadCpuTime(thread.getId());
            Long last = lastCpu.put(thread.getId(), cpu);
            if (before && training && last != null && thread != Thread.currentThread() && !isWaiting(stack)) {
                nanoseconds.merge(at(stack), cpu - last, Long::sum);
            }
        });
    }

    private static boolean isWaiting(StackTraceElement[] stack) {
        return stack.length > 0
                && (stack[0].getMethodName().equals("park")
                        || stack[0].getMethodName().equals("wait"));
    }

    private static Part at(StackTraceElement[] stack) {
        return Arrays.stream(stack)
                .filter(frame -> !frame.getClassName().startsWith(MESSAGES))
                .flatMap(frame -> CLASSES.stream()
                        .filter(each -> frame.getClassName().startsWith(each.getKey()))
                        .limit(1))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(Part.REST);
    }

    private static boolean isTraining(StackTraceElement[] stack) {
        return Arrays.stream(stack)
                .anyMatch(frame -> frame.getClassName().equals(Training.class.getName())
                        && frame.getMethodName().equals("run"));
    }

    private synchronized void print() {
        double all = nanoseconds.values().stream().mapToLong(Long::longValue).sum();
        nanoseconds.forEach((part, spent) -> System.out.println(part + " " + spent / 1e9 + " s"));
        System.out.println("share " + 100 * nanoseconds.getOrDefault(Part.REST, 0L) / all);
    }
}
