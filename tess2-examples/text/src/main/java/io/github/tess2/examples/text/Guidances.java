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
 * Opens guidances. Requests that choose one by the same text share an instance. A guidance may hold
 * a model that takes long to load, so the most recently used ones are kept for later requests.
 * Thread-safe.
 */
public final class Guidances implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Guidances.class);

  /** By the text of the request; the most recently used guidance comes last. */
  private final Map<String, Shared> open = new LinkedHashMap<>();

  private final int idle;
  private boolean closed;

  /**
   * @param idle how many guidances are kept while no request uses them
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

  /** Opened guidances. They stay open at least until this is closed. */
  public final class Lease implements AutoCloseable {
    private final List<Shared> shared = new ArrayList<>();

    /** In the order of application. */
    public Guidance[] all() {
      return shared.stream().map(one -> one.guidance).toArray(Guidance[]::new);
    }

    /** The number of candidates that they ask for. */
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
   * Opens guidances, or reuses open ones.
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

  /** Closes the guidances that are not in use, and the others once they are no longer used. */
  @Override
  public synchronized void close() {
    closed = true;
    closeIdle(0);
  }
}
