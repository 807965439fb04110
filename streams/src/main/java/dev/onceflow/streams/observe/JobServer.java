package dev.onceflow.streams.observe;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.onceflow.streams.job.JobException;
import dev.onceflow.streams.job.StateQuery;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Health, metrics and state over HTTP. The port is bound before the job is made, since the job
 * tells other instances its address; until {@link #serve} everything answers 503.
 *
 * <p>Probes wait for nobody else's answer: questions about state have threads of their own, those
 * that wait for other instances and those that other instances asked, and beyond a limit they are
 * refused. A client that is slow to send its request, or to take its answer, is cut off after
 * {@value #EXCHANGE_MS} ms. What can't be bounded is a network that keeps opening more such
 * connections than there are threads; the port is for probes, scrapers and the other instances.
 */
public final class JobServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JobServer.class);
  private static final int THREADS = 16;
  private static final int QUESTION_THREADS = 4;
  private static final int QUESTIONS_WAITING_MAX = 32;
  private static final long EXCHANGE_MS = 5_000;
  private static final long IDLE_S = 60;
  private static final int OK = 200;
  private static final int BAD_METHOD = 405;
  private static final int NOT_FOUND = 404;
  private static final int FAILED = 500;
  private static final int NOT_NOW = 503;
  private static final String STATE = "/state/";
  private static final String JSON = "application/json";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final HttpServer server;
  private final long exchangeMs;
  private final ExecutorService threads =
      pool("onceflow-http", THREADS, new LinkedBlockingQueue<>());
  // Apart from each other: two instances whose threads all wait for the other one would never
  // answer.
  private final ExecutorService questions = questionPool("onceflow-state");
  private final ExecutorService passedOn = questionPool("onceflow-state-passed-on");
  private final ScheduledExecutorService limits =
      Executors.newSingleThreadScheduledExecutor(run -> daemon("onceflow-http-limit", run));
  private volatile Served served;

  private record Served(
      Health health, JobMetrics metrics, StateReader state, Map<String, StateQuery> queries) {}

  /**
   * Binds the port.
   *
   * @param host the address to bind
   * @param port the port, 0 for a free one
   * @throws JobException if it can't be bound
   */
  public JobServer(String host, int port) {
    this(host, port, EXCHANGE_MS);
  }

  JobServer(String host, int port, long exchangeMs) {
    this.exchangeMs = exchangeMs;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getByName(host), port), 0);
    } catch (IOException e) {
      throw new JobException(
          "http.host = %s, http.port = %d can't be bound: %s. Give another port, or -1 for none."
              .formatted(host, port, e.getMessage()),
          e);
    }
    server.setExecutor(exchange -> threads.execute(() -> run(exchange, exchangeMs)));
    server.createContext("/", this::answer);
    server.start();
  }

  private static ExecutorService questionPool(String name) {
    return pool(name, QUESTION_THREADS, new ArrayBlockingQueue<>(QUESTIONS_WAITING_MAX));
  }

  private static ExecutorService pool(String name, int threads, BlockingQueue<Runnable> waiting) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads, threads, IDLE_S, TimeUnit.SECONDS, waiting, run -> daemon(name, run));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static Thread daemon(String name, Runnable run) {
    Thread thread = new Thread(run, name);
    thread.setDaemon(true);
    return thread;
  }

  // The JDK's server reads the request in this thread, and has no limit but a setting of the whole
  // JVM. An interrupt closes the channel that the thread reads or writes.
  private void run(Runnable exchange, long limitMs) {
    FutureTask<Void> task = new FutureTask<>(exchange, null);
    ScheduledFuture<?> limit =
        limits.schedule(() -> task.cancel(true), limitMs, TimeUnit.MILLISECONDS);
    task.run();
    limit.cancel(false);
  }

  /** The port that is bound. */
  public int port() {
    return server.getAddress().getPort();
  }

  /**
   * Answers from now on.
   *
   * @param state answers questions about its state
   * @param health tells whether it lives and works
   * @param metrics its metrics
   * @param queries what may be asked of its state
   */
  public void serve(
      StateReader state, Health health, JobMetrics metrics, List<StateQuery> queries) {
    Map<String, StateQuery> byName =
        queries.stream()
            .collect(Collectors.toMap(StateQuery::name, q -> q, (a, b) -> a, TreeMap::new));
    served = new Served(health, metrics, state, byName);
  }

  private void answer(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestURI().getRawPath().startsWith(STATE)) {
      answerNow(exchange);
      return;
    }
    ExecutorService asked =
        exchange.getRequestHeaders().containsKey(StateReader.PASSED_ON) ? passedOn : questions;
    try {
      asked.execute(() -> run(() -> answerLater(exchange), StateReader.ANSWER_MS + exchangeMs));
    } catch (RejectedExecutionException full) {
      send(exchange, NOT_NOW, JSON, "{\"error\":\"too many questions wait; try again\"}");
      exchange.close();
    }
  }

  private void answerLater(HttpExchange exchange) {
    try {
      answerNow(exchange);
    } catch (IOException e) {
      LOG.debug("A client was gone before its answer", e);
    }
  }

  private void answerNow(HttpExchange exchange) throws IOException {
    try {
      route(exchange);
    } catch (RuntimeException e) {
      // The JDK's server would close the connection without a word, here and there.
      LOG.atWarn()
          .addKeyValue("path", exchange.getRequestURI().getRawPath())
          .setCause(e)
          .log("A question over HTTP failed");
      send(exchange, FAILED, JSON, "{\"error\":\"failed; the job's log says why\"}");
    } finally {
      exchange.close();
    }
  }

  private void route(HttpExchange exchange) throws IOException {
    Served now = served;
    String path = exchange.getRequestURI().getRawPath();
    if (!"GET".equals(exchange.getRequestMethod())) {
      send(exchange, BAD_METHOD, JSON, "{\"error\":\"only GET is answered\"}");
    } else if (now == null) {
      send(exchange, NOT_NOW, JSON, "{\"error\":\"the job is starting\"}");
    } else if (path.equals("/health/live")) {
      status(exchange, now.health().live());
    } else if (path.equals("/health/ready")) {
      status(exchange, now.health().ready());
    } else if (path.equals("/metrics")) {
      send(exchange, OK, PROMETHEUS, now.metrics().scrape());
    } else if (path.startsWith(STATE)) {
      state(exchange, now, path.substring(STATE.length()));
    } else {
      send(
          exchange,
          NOT_FOUND,
          JSON,
          "{\"error\":\"there are /health/live, /health/ready, /metrics, /state/QUERY/KEY\"}");
    }
  }

  private static void state(HttpExchange exchange, Served now, String rest) throws IOException {
    int slash = rest.indexOf('/');
    StateQuery query = now.queries().get(slash < 0 ? rest : rest.substring(0, slash));
    if (query == null || slash < 0) {
      send(
          exchange,
          NOT_FOUND,
          JSON,
          "{\"error\":\"ask /state/QUERY/KEY; queries: %s\"}"
              .formatted(String.join(", ", now.queries().keySet())));
      return;
    }
    String key =
        URLDecoder.decode(rest.substring(slash + 1).replace("+", "%2B"), StandardCharsets.UTF_8);
    String partitions = exchange.getRequestHeaders().getFirst(StateReader.PASSED_ON);
    StateReader.Answer answer =
        partitions == null
            ? now.state().answer(query, key)
            : now.state().answerHere(query, key, partitions);
    send(exchange, answer.status(), JSON, answer.json());
  }

  private static void status(HttpExchange exchange, Health.Status status) throws IOException {
    String json =
        "{\"status\":\"%s\",\"state\":\"%s\",\"active_tasks\":%d,\"standby_tasks\":%d,\"reasons\":%s,\"accepted\":%s,\"not_visible\":%s}"
            .formatted(
                status.yes() ? "up" : "down",
                status.state(),
                status.activeTasks(),
                status.standbyTasks(),
                array(status.reasons()),
                array(status.accepted()),
                array(status.notVisible()));
    send(exchange, status.yes() ? OK : NOT_NOW, JSON, json);
  }

  // Reasons and names of rules are ours: nothing in them has to be escaped.
  private static String array(List<String> texts) {
    return texts.stream().map(text -> '"' + text + '"').collect(Collectors.joining(",", "[", "]"));
  }

  private static void send(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    for (ExecutorService each : List.of(threads, questions, passedOn, limits)) {
      each.shutdownNow();
    }
  }
}
