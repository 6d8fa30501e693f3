import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.io.PrintWriter;
import java.util.Arrays;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs one test, CLASS#METHOD. Exit code 0: passed, 1: failed, 2: there was nothing to run. */
public final class RunTest {
    public static void main(String[] args) throws Exception {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        String[] parts = args[0].split("#");
        DiscoverySelector[] methods = Arrays.stream(Class.forName(parts[0]).getDeclaredMethods())
                .filter(method -> method.getName().equals(parts[1]))
                .map(method -> selectMethod(method.getDeclaringClass(), method))
                .toArray(DiscoverySelector[]::new);
        LauncherDiscoveryRequest request =
                LauncherDiscoveryRequestBuilder.request().selectors(methods).build();
        LauncherFactory.create().execute(request, listener);
        listener.getSummary().printFailuresTo(new PrintWriter(System.out, true), 3);
        boolean ran = listener.getSummary().getTestsStartedCount() > 0;
        System.exit(!ran ? 2 : listener.getSummary().getTotalFailureCount() > 0 ? 1 : 0);
    }
}
