package io.github.tess2.examples.text;

import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.PluginSpec;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Guidances that requests ask for by the same text share one instance. A guidance may hold a model,
 * which takes long to load, so those used last are kept for later requests. Thread-safe.
 */
public final class Guidances implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Guidances.class);

  /** By what a request says, the one used last at the end. */
  private final Map<String, Shared> open = new LinkedHashMap<>();

  private final int idle;
  private boolean closed;

  /**
   * @param idle how many are kept while no request uses them
   */
  public Guidances(int idle) {
    this.idle = idle;
  }

  private static final class Shared {
    private final Guidance guidance;
    private int users;

    Shared(Guidance guidance) {
      this.guidance = guidance;
    }
  }

  /** Guidances that are not closed before this is. */
  public final class Lease implements AutoCloseable {
    private final List<Shared> shared = new ArrayList<>();

    /** In the order of application. */
    public Guidance[] all() {
      return shared.stream().map(one -> one.guidance).toArray(Guidance[]::new);
    }

    /** How many candidates they ask for. */
    public int candidates() {
      return shared.stream().mapToInt(one -> one.guidance.candidates()).max().orElse(1);
    }

    @Override
    public void close() {
      if (!shared.isEmpty()) {
        release(shared);
        shared.clear();
      }
    }
  }

  /**
   * Opens guidances, or takes those that are open.
   *
   * @throws IllegalArgumentException if a text is malformed, or an option does not fit
   * @throws io.github.tess2.Tess2Exception if one is unknown or cannot load its model
   */
  public Lease open(List<String> texts) {
    Lease lease = new Lease();
    try {
      for (String text : texts) {
        lease.shared.add(take(text));
      }
      return lease;
    } catch (RuntimeException | Error e) {
      lease.close();
      throw e;
    }
  }

  private synchronized Shared take(String text) {
    Shared shared = open.remove(text);
    if (shared == null) {
      shared = new Shared(Guidance.named(PluginSpec.parse(text)));
    }
    open.put(text, shared);
    shared.users++;
    return shared;
  }

  private synchronized void release(List<Shared> released) {
    released.forEach(shared -> shared.users--);
    closeIdle(closed ? 0 : idle);
  }

  private void closeIdle(int kept) {
    long unused = open.values().stream().filter(shared -> shared.users == 0).count();
    Iterator<Shared> oldest = open.values().iterator();
    while (unused > kept) {
      Shared shared = oldest.next();
      if (shared.users == 0) {
        oldest.remove();
        close(shared.guidance);
        unused--;
      }
    }
  }

  private static void close(Guidance guidance) {
    try {
      guidance.close();
    } catch (RuntimeException e) {
      LOG.warn("a guidance failed when it was closed", e);
    }
  }

  /** Closes those that are not in use now, and the others when they no longer are. */
  @Override
  public synchronized void close() {
    closed = true;
    closeIdle(0);
  }
}
