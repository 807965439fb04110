package dev.onceflow.testkit.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test the payments pipeline, running, as a parameter of type {@link PipelineUnderTest}: in
 * containers where a Docker engine answers and has Onceflow's images, else as processes on this
 * machine. Which of the two it was, and why, is printed. Each test has a pipeline of its own, which
 * ends with it; one takes half a minute to start. When a test fails, the folder with the processes'
 * logs is kept and named.
 *
 * <pre>{@code
 * @ExtendWith(PipelineExtension.class)
 * class MyPipelineIT {
 *   @Test
 *   void killsHaveNoEffect(PipelineUnderTest pipeline) { ... }
 * }
 * }</pre>
 */
public final class PipelineExtension implements ParameterResolver {
  /** Made by JUnit. */
  public PipelineExtension() {}

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
    return parameter.getParameter().getType() == PipelineUnderTest.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
    return test.getStore(ExtensionContext.Namespace.create(PipelineExtension.class))
        .computeIfAbsent(Running.class, key -> start(test), Running.class)
        .pipeline();
  }

  private static Running start(ExtensionContext test) {
    Path folder;
    try {
      folder = Files.createTempDirectory("onceflow-pipeline-");
    } catch (IOException e) {
      throw new UncheckedIOException("The pipeline gets no folder", e);
    }
    Optional<String> obstacle = ContainerPipeline.obstacle();
    PipelineUnderTest pipeline =
        obstacle.isEmpty() ? ContainerPipeline.start(folder) : ProcessPipeline.start(folder);
    String where = pipeline.place() + obstacle.map(why -> ", not containers: " + why).orElse("");
    // A report entry alone is in no console of Maven's.
    System.out.printf(
        "%s.%s runs on %s%n",
        test.getRequiredTestClass().getSimpleName(),
        test.getTestMethod().map(Method::getName).orElse("all"),
        where);
    test.publishReportEntry("onceflow.pipeline", where);
    return new Running(pipeline, folder, test);
  }

  /** Closed by JUnit when its test ends. */
  private record Running(PipelineUnderTest pipeline, Path folder, ExtensionContext test)
      implements AutoCloseable {
    @Override
    public void close() throws IOException {
      pipeline.close();
      if (test.getExecutionException().isPresent()) {
        test.publishReportEntry("onceflow.folder", folder.toString());
        return;
      }
      List<Path> deepestFirst;
      try (Stream<Path> files = Files.walk(folder)) {
        deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    }
  }
}
