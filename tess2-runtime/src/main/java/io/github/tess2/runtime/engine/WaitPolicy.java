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
 * Has PyTorch's threads sleep while they wait for one another. Left alone they spin for
 * milliseconds, so that where something else wants a core each of a request's thousands of waits
 * takes that long (docs/threads.md).
 *
 * <p>OpenMP reads its environment once, as its library is loaded with PyTorch's. Java cannot write
 * the environment of its own process, the C library can. Processes that Java starts do not get it.
 */
final class WaitPolicy {
  private static final Logger LOG = LoggerFactory.getLogger(WaitPolicy.class);

  private static final String POLICY = "OMP_WAIT_POLICY";

  /** What says how threads wait, to GNU's OpenMP and to Intel's and LLVM's. */
  private static final Set<String> SETTINGS =
      Set.of(POLICY, "GOMP_SPINCOUNT", "KMP_BLOCKTIME", "KMP_LIBRARY");

  private WaitPolicy() {}

  /** Sets it for this process, unless its user has said how to wait. Before PyTorch is loaded. */
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
      // Such as for want of a folder to unpack JNA into. All works without, only slower at times.
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
