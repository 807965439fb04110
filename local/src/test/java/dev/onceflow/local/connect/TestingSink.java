package dev.onceflow.local.connect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkConnector;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;

/**
 * Writes each value that it is given as a line of a file; a task fails at its start where it is
 * told to.
 */
public final class TestingSink extends SinkConnector {
  static final String FILE = "file";
  static final String FAIL = "fail";

  private Map<String, String> config;

  @Override
  public void start(Map<String, String> given) {
    config = Map.copyOf(given);
  }

  @Override
  public Class<? extends Task> taskClass() {
    return WritingTask.class;
  }

  @Override
  public List<Map<String, String>> taskConfigs(int tasksMax) {
    return Collections.nCopies(tasksMax, config);
  }

  @Override
  public void stop() {}

  @Override
  public ConfigDef config() {
    return new ConfigDef()
        .define(FILE, ConfigDef.Type.STRING, ConfigDef.Importance.HIGH, "where to")
        .define(FAIL, ConfigDef.Type.BOOLEAN, false, ConfigDef.Importance.LOW, "whether to fail");
  }

  @Override
  public String version() {
    return "test";
  }

  /** The task. */
  public static final class WritingTask extends SinkTask {
    private Path file;

    @Override
    public void start(Map<String, String> config) {
      file = Path.of(config.get(FILE));
      if (Boolean.parseBoolean(config.get(FAIL))) {
        throw new ConnectException("the test wants this task to fail");
      }
    }

    @Override
    public void put(Collection<SinkRecord> records) {
      try {
        Files.write(
            file,
            records.stream().map(record -> record.value().toString()).toList(),
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new ConnectException(e);
      }
    }

    @Override
    public void stop() {}

    @Override
    public String version() {
      return "test";
    }
  }
}
