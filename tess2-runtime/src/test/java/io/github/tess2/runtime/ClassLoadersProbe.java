package io.github.tess2.runtime;

import com.google.common.base.Splitter;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs as a process with two applications, each with the library in a separate class loader, as in
 * a servlet container. The second application tries twice.
 */
final class ClassLoadersProbe {
  private ClassLoadersProbe() {}

  public static void main(String[] arguments) throws Exception {
    List<URL> urls = new ArrayList<>();
    for (String entry :
        Splitter.on(File.pathSeparatorChar).split(System.getProperty("java.class.path"))) {
      urls.add(new File(entry).toURI().toURL());
    }
    ClassLoader first = loader("first", urls);
    ClassLoader second = loader("second", urls);
    answer(first);
    answer(second);
    answer(second);
    answer(first);
  }

  private static ClassLoader loader(String name, List<URL> urls) {
    return new URLClassLoader(name, urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }

  private static void answer(ClassLoader loader) throws Exception {
    Thread.currentThread().setContextClassLoader(loader);
    Method main =
        Class.forName(ShippedModelProbe.class.getName(), true, loader)
            .getDeclaredMethod("main", String[].class);
    main.setAccessible(true);
    System.out.print(loader.getName() + " ");
    try {
      main.invoke(null, (Object) new String[0]);
    } catch (InvocationTargetException e) {
      System.out.println(e.getCause().getClass().getSimpleName() + " " + e.getCause().getMessage());
    }
  }
}
