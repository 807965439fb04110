package dev.onceflow.streams.job;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/** The jobs that can be run by name: those on the class path, and those in the user's jars. */
public final class Jobs {
  private final SortedMap<String, TopologyFactory> byName = new TreeMap<>();

  private Jobs(ClassLoader loader) {
    for (TopologyFactory factory : ServiceLoader.load(TopologyFactory.class, loader)) {
      TopologyFactory other = byName.putIfAbsent(factory.name(), factory);
      if (other != null) {
        throw new JobException(
            "Two jobs are named \"%s\": %s and %s. Give one of them another name."
                .formatted(
                    factory.name(), other.getClass().getName(), factory.getClass().getName()));
      }
    }
  }

  /** The jobs on the class path. */
  public static Jobs onClassPath() {
    return new Jobs(Thread.currentThread().getContextClassLoader());
  }

  /**
   * The jobs on the class path and in these jars. The jars' class loader becomes that of the
   * calling thread and of the threads that it starts, so that settings can name classes in them; it
   * stays open as long as the process.
   *
   * @throws JobException if a jar isn't there
   */
  public static Jobs with(List<Path> jars) {
    if (jars.isEmpty()) {
      return onClassPath();
    }
    List<URL> urls = new ArrayList<>();
    for (Path jar : jars) {
      urls.add(url(jar));
    }
    ClassLoader loader =
        new URLClassLoader(
            urls.toArray(URL[]::new), Thread.currentThread().getContextClassLoader());
    Thread.currentThread().setContextClassLoader(loader);
    return new Jobs(loader);
  }

  private static URL url(Path jar) {
    if (!Files.isReadable(jar)) {
      throw new JobException("Jar %s can't be read.".formatted(jar));
    }
    try {
      // A folder's URL needs its slash at the end, or the class loader takes it for a jar.
      return new File(jar.toUri()).toURI().toURL();
    } catch (MalformedURLException e) {
      throw new JobException("Jar %s has no URL.".formatted(jar), e);
    }
  }

  /** The job of this name. */
  public Optional<TopologyFactory> named(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** All names, in order. */
  public List<String> names() {
    return List.copyOf(byName.keySet());
  }
}
