package io.github.tess2.contract;

import static com.google.common.io.MoreFiles.deleteRecursively;

import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Installs providers for the length of a test, as a jar on the class path would: a folder with a
 * {@code META-INF/services} file becomes part of the context class loader. Nothing stays registered
 * for other tests. Use it as {@code @RegisterExtension final Providers providers = new
 * Providers();}.
 */
public final class Providers implements BeforeEachCallback, AfterEachCallback {
  private @Nullable ClassLoader before;
  private Path folder;
  private URLClassLoader loader;

  /** For {@code @RegisterExtension}. */
  @SuppressWarnings("NullAway.Init")
  public Providers() {}

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    before = Thread.currentThread().getContextClassLoader();
    folder = Files.createTempDirectory("providers");
    loader = new URLClassLoader(urls(), Providers.class.getClassLoader());
  }

  /** Installs providers of a type. */
  public void install(Class<?> type, Class<?>... providers) throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    String names = Arrays.stream(providers).map(Class::getName).collect(Collectors.joining("\n"));
    Files.writeString(services.resolve(type.getName()), names + "\n");
    Thread.currentThread().setContextClassLoader(loader);
  }

  /** Installs a provider whose class depends on a missing one. */
  public void installUnlinkable(Class<?> type, Class<?> provider, String missing)
      throws IOException {
    loader.close();
    loader =
        new URLClassLoader(urls(), Providers.class.getClassLoader()) {
          @Override
          public Class<?> loadClass(String name) throws ClassNotFoundException {
            if (name.equals(provider.getName())) {
              throw new NoClassDefFoundError(missing);
            }
            return super.loadClass(name);
          }
        };
    install(type, provider);
  }

  private URL[] urls() throws IOException {
    return new URL[] {folder.toUri().toURL()};
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    Thread.currentThread().setContextClassLoader(before);
    loader.close();
    deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
  }
}
