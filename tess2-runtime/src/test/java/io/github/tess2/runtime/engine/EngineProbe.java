package io.github.tess2.runtime.engine;

import ai.djl.engine.Engine;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.util.Utils;
import io.github.tess2.Tess2Exception;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Runs as a process: loads the engine as its argument says, and prints each attempt to reach the
 * network as {@code CONNECT url}, each result as {@code SUM value}, each error as {@code ERROR
 * message}.
 */
final class EngineProbe {
  /** The smallest file that the tokenizers library reads. */
  private static final String TOKENIZER =
      """
      {"version":"1.0","model":{"type":"WordLevel","vocab":{"a":0,"[UNK]":1},"unk_token":"[UNK]"}}
      """;

  private EngineProbe() {}

  public static void main(String[] arguments) throws Exception {
    recordConnections();
    switch (arguments[0]) {
      case "plain-djl" -> add(Engine.getEngine("PyTorch"));
      case "engine" -> startAndAdd();
      case "begun" -> {
        EngineStart.begin();
        awaitThreads();
        startAndAdd();
      }
      case "tokenizer" -> {
        EngineStart.stayOffline();
        tokenize();
      }
      case "where" -> {
        startAndAdd();
        System.out.println("CACHE " + Utils.getEngineCacheDir());
        System.out.println("JNA " + System.getProperty("jna.tmpdir"));
      }
      case "foreign-context-loader" -> {
        Thread.currentThread().setContextClassLoader(ClassLoader.getPlatformClassLoader());
        startAndAdd();
      }
      default -> throw new IllegalArgumentException(Arrays.toString(arguments));
    }
  }

  /** Waits until the engine reports how many threads compute, and prints the number. */
  private static void awaitThreads() throws InterruptedException {
    long end = System.nanoTime() + 60_000_000_000L;
    while (Threads.count() == 0 && isStarting() && System.nanoTime() < end) {
      Thread.sleep(5);
    }
    System.out.println("THREADS " + Threads.count());
  }

  private static boolean isStarting() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("tess2-engine"));
  }

  private static void startAndAdd() {
    try {
      add(EngineStart.engine());
    } catch (Tess2Exception e) {
      System.out.println("ERROR " + e.getMessage());
    }
  }

  private static void add(Engine engine) {
    try (NDManager manager = engine.newBaseManager();
        NDArray numbers = manager.create(new float[] {17, 25});
        NDArray sum = numbers.sum()) {
      System.out.println("SUM " + sum.getFloat());
    }
  }

  private static void tokenize() throws IOException {
    byte[] file = TOKENIZER.getBytes(StandardCharsets.UTF_8);
    try (HuggingFaceTokenizer tokenizer =
        HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(file), Map.of())) {
      System.out.println("IDS " + Arrays.toString(tokenizer.encode("a").getIds()));
    }
  }

  /**
   * Records every connection. DJL's report bypasses proxies, so a proxy selector alone would not
   * see it; the selector sees connections that do not use {@link URL}.
   */
  private static void recordConnections() {
    URL.setURLStreamHandlerFactory(
        protocol -> protocol.startsWith("http") ? new RecordingHandler() : null);
    ProxySelector.setDefault(
        new ProxySelector() {
          @Override
          public List<Proxy> select(URI uri) {
            System.out.println("CONNECT " + uri);
            return List.of(Proxy.NO_PROXY);
          }

          @Override
          public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
        });
  }

  private static final class RecordingHandler extends URLStreamHandler {
    @Override
    protected URLConnection openConnection(URL url) throws IOException {
      System.out.println("CONNECT " + url);
      throw new IOException("the recorder lets nothing through");
    }

    @Override
    protected URLConnection openConnection(URL url, Proxy proxy) throws IOException {
      return openConnection(url);
    }
  }
}
