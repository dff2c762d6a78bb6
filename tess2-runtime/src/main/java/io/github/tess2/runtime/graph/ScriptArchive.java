package io.github.tess2.runtime.graph;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs TorchScript source into the archive from which PyTorch loads a module: a zip of
 * uncompressed entries, with the source under {@code code/} and the module object, which has no
 * weights, as a pickle.
 */
final class ScriptArchive {
  /** The files that every graph has, by the names under which other files import them. */
  private static final List<String> COMMON =
      List.of(
          "backbone",
          "cache",
          "convert",
          "layout",
          "linear",
          "quantize",
          "random",
          "relaxation",
          "reward",
          "masked",
          "simplex",
          "training");

  private static final String CLASS = "Graph";

  /**
   * The serialization format that PyTorch 1.10 to 2.7 writes. With it, PyTorch does not translate
   * any operator in our source from an older meaning.
   */
  private static final String FORMAT = "10\n";

  private ScriptArchive() {}

  /**
   * Packs the graph.
   *
   * @param kernels the versions to pack of files that have several
   */
  static byte[] pack(KernelSet kernels) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      put(zip, "data.pkl", module());
      put(zip, "code/__torch__.py", resource("__torch__.py"));
      for (String name : COMMON) {
        put(zip, "code/__torch__/" + name + ".py", resource("__torch__/" + name + ".py"));
      }
      for (Map.Entry<String, String> version : kernels.resources().entrySet()) {
        byte[] text = resource("__torch__/" + version.getValue() + ".py");
        put(zip, "code/__torch__/" + version.getKey() + ".py", text);
      }
      put(zip, "constants.pkl", "\u0080\u0002).".getBytes(ISO_8859_1));
      put(zip, "version", FORMAT.getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("the TorchScript graph could not be packed", e);
    }
    return bytes.toByteArray();
  }

  /** The pickle of an object of our class with two attributes: training, and no backward hook. */
  private static byte[] module() {
    return ("\u0080\u0002c__torch__\n"
            + CLASS
            + "\n)\u0081}("
            + unicode("training")
            + "\u0089"
            + unicode("_is_full_backward_hook")
            + "Nub.")
        .getBytes(ISO_8859_1);
  }

  private static String unicode(String text) {
    return "X" + (char) text.length() + "\0\0\0" + text;
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = ScriptArchive.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("resource missing from the jar: " + name);
      }
      return in.readAllBytes();
    }
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry("archive/" + name);
    CRC32 checksum = new CRC32();
    checksum.update(content);
    entry.setSize(content.length);
    entry.setCrc(checksum.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
