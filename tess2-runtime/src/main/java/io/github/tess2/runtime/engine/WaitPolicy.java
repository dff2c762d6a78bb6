package io.github.tess2.runtime.engine;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.WString;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes PyTorch's threads sleep while they wait for one another. By default they spin for
 * milliseconds. If other work needs a core, each of a request's thousands of waits then takes that
 * long (docs/threads.md).
 *
 * <p>OpenMP reads its environment once, when its library is loaded with PyTorch's. Java cannot
 * change the environment of its own process, but the C library can. Processes that Java starts do
 * not inherit the change.
 */
final class WaitPolicy {
  private static final Logger LOG = LoggerFactory.getLogger(WaitPolicy.class);

  private static final String POLICY = "OMP_WAIT_POLICY";

  /** The variables that say how threads wait, for GNU's OpenMP and for Intel's and LLVM's. */
  private static final Set<String> SETTINGS =
      Set.of(POLICY, "GOMP_SPINCOUNT", "KMP_BLOCKTIME", "KMP_LIBRARY");

  private WaitPolicy() {}

  /**
   * Sets the policy for this process, unless the user has set one. Must run before PyTorch is
   * loaded.
   */
  static void passive(Map<String, String> environment) {
    if (isChosen(environment)) {
      return;
    }
    try {
      if (Platform.isWindows()) {
        NativeLibrary.getInstance("kernel32")
            .getFunction("SetEnvironmentVariableW", Function.ALT_CONVENTION)
            .invokeInt(new Object[] {new WString(POLICY), new WString("PASSIVE")});
      } else {
        NativeLibrary.getProcess()
            .getFunction("setenv")
            .invokeInt(new Object[] {POLICY, "PASSIVE", 1});
      }
    } catch (LinkageError | RuntimeException e) {
      // For example, there is no folder to unpack JNA into. All works without it, but is slower at
      // times.
      LOG.info(
          "threads will spin while they wait; set {}=PASSIVE to have them sleep ({})",
          POLICY,
          e.toString());
    }
  }

  static boolean isChosen(Map<String, String> environment) {
    return SETTINGS.stream().anyMatch(environment::containsKey);
  }
}
