package dev.gangway.testkit;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gangway.bridge.client.EnvironmentClient;
import dev.gangway.bridge.client.Transport;
import dev.gangway.bridge.conformance.Check;
import dev.gangway.bridge.conformance.ProtocolContract;
import dev.gangway.bridge.conformance.Subject;
import dev.gangway.bridge.server.CartPoleProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests that the checks can fail: each fault of a server must fail the check that is there for it. */
class ConformanceTest {
    @RegisterExtension
    static final EnvironmentServerExtension SERVER = EnvironmentServerExtension.java(new CartPoleProvider());

    @ParameterizedTest
    @CsvSource({
        "SWAPPED_FLAGS, truncation comes exactly at the time limit and termination apart from it",
        "SWAPPED_FLAGS, termination is not truncation",
        "WRONG_FINAL_OBSERVATION, SAME_STEP gives the episodes that resetting by hand gives",
        "NO_FINAL_ROWS, final rows are the copies that ended in this step",
        "IGNORED_SEED, another seed gives another trajectory",
        "SAME_SEED, copy i of a seed is the single environment of the seed plus i",
        "NARROW_SEEDS, a seed wider than 64 bits is a seed of its own",
        "NARROW_SEEDS, 'a seed gives copy i the seed plus i, as a list of seeds does'",
        "EXECUTES_AGAIN, 'a request sent again is answered from memory, byte for byte, and not executed'",
        "WRONG_NUMBER, every response carries its request's number",
        "SHORT_REWARDS, rewards and flags have one entry per copy",
        "IGNORED_MASK, a mask resets its copies and leaves the others where they are",
        "FORGIVING, an action outside its space is refused naming copy space and value unless it is a Box",
        "NO_LEASE, the last response is there for the next stream of a session with a lease",
        "OPEN_ATTRIBUTES, private and dotted attributes are refused",
        "OPEN_ATTRIBUTES, setting an attribute that is not open is refused",
        "ONE_ATTRIBUTE, an attribute is read of every copy",
        "REPEATED_WARNINGS, 'warnings come once each, and not too many'",
        "ANY_INFO_OBJECTS, settings out of range are refused",
        "OTHER_SYNC, SYNC in SAME_STEP gives what LOOP gives",
        "OTHER_SYNC, SYNC in NEXT_STEP gives what LOOP gives",
        "WRONG_FRAME, frames are images of the copies asked for",
        "NO_SERVICES, server reflection names the service",
        "REQUIRED_EXTENSIONS, an extension of an unknown type is ignored",
        "IGNORED_EXTENSIONS, 'a required extension of an unknown type is refused, and nothing is executed'",
        "IGNORED_EXTENSIONS, a stream does not open with a required extension of an unknown type"
    })
    void aFaultFailsItsCheck(FaultyProxy.Fault fault, String check) throws Exception {
        assertTrue(passes(FaultyProxy.Fault.NONE, check), "without the fault");
        assertFalse(passes(fault, check), "with the fault");
    }

    private static boolean passes(FaultyProxy.Fault fault, String name) throws IOException {
        try (Transport good = new Transport(SERVER.client().address());
                FaultyProxy proxy = new FaultyProxy(good.channel(), fault);
                Transport transport = new Transport(proxy.address());
                EnvironmentClient client = EnvironmentClient.connect(proxy.address())) {
            List<Check> checks = new ArrayList<>(new ProtocolContract(transport.channel(), "CartPole-v1").checks());
            checks.addAll(
                    new Subject("CartPole-v1", 3, config -> Remote.open(client, config), Optional.of(true)).checks());
            Check check = checks.stream()
                    .filter(each -> each.name().equals(name))
                    .findFirst()
                    .orElseThrow();
            try {
                check.body().run();
                return true;
            } catch (Exception | AssertionError broken) {
                return false;
            }
        }
    }
}
