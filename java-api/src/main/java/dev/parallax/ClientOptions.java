package dev.parallax;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;

/** How a client behaves. Immutable: each method returns a changed copy. */
public final class ClientOptions {
  private static final ClientOptions DEFAULTS =
      new ClientOptions(
          Duration.ofMinutes(5), Duration.ofSeconds(10), 256L << 20, Map.of(), null, null);

  private final Duration requestTimeout;
  private final Duration connectTimeout;
  private final long maxMessageBytes;
  private final Map<String, String> headers;
  private final HttpClient httpClient;
  private final Executor callbackExecutor;

  private ClientOptions(
      Duration requestTimeout,
      Duration connectTimeout,
      long maxMessageBytes,
      Map<String, String> headers,
      HttpClient httpClient,
      Executor callbackExecutor) {
    this.requestTimeout = notNegative(requestTimeout, "requestTimeout");
    this.connectTimeout = notNegative(connectTimeout, "connectTimeout");
    this.maxMessageBytes = maxMessageBytes;
    this.headers = headers;
    this.httpClient = httpClient;
    this.callbackExecutor = callbackExecutor;
  }

  private static Duration notNegative(Duration value, String what) {
    if (Objects.requireNonNull(value, what).isNegative()) {
      throw new BadInputException(what + " " + value + " is negative; zero means none");
    }
    return value;
  }

  /**
   * Five minutes for a request, ten seconds to connect, messages of at most 256 MiB.
   *
   * @return the default options
   */
  public static ClientOptions defaults() {
    return DEFAULTS;
  }

  /**
   * How long to wait for an answer before {@link RequestTimeoutException}. A lazy deletion waits
   * for ever.
   *
   * @param patience zero for ever
   * @return the changed options
   */
  public ClientOptions requestTimeout(Duration patience) {
    return new ClientOptions(
        patience, connectTimeout, maxMessageBytes, headers, httpClient, callbackExecutor);
  }

  /**
   * How long to wait for a connection.
   *
   * @param patience zero for as long as the system does
   * @return the changed options
   */
  public ClientOptions connectTimeout(Duration patience) {
    return new ClientOptions(
        requestTimeout, patience, maxMessageBytes, headers, httpClient, callbackExecutor);
  }

  /**
   * The largest message to take from a remote server; a larger one ends the connection.
   *
   * @param bytes at least 1
   * @return the changed options
   */
  public ClientOptions maxMessageBytes(long bytes) {
    if (bytes < 1 || bytes > Integer.MAX_VALUE) {
      throw new BadInputException(
          "maxMessageBytes " + bytes + " is out of range: 1 to " + Integer.MAX_VALUE);
    }
    return new ClientOptions(
        requestTimeout, connectTimeout, bytes, headers, httpClient, callbackExecutor);
  }

  /**
   * Sends an HTTP header when connecting, for example for authorisation.
   *
   * @param name the header
   * @param value its value
   * @return the changed options
   */
  public ClientOptions header(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
    return new ClientOptions(
        requestTimeout,
        connectTimeout,
        maxMessageBytes,
        Collections.unmodifiableMap(more),
        httpClient,
        callbackExecutor);
  }

  /**
   * Connects through an HTTP client of one's own: proxies, certificates, authenticators.
   *
   * @param client not closed by this library
   * @return the changed options
   */
  public ClientOptions httpClient(HttpClient client) {
    return new ClientOptions(
        requestTimeout,
        connectTimeout,
        maxMessageBytes,
        headers,
        Objects.requireNonNull(client, "client"),
        callbackExecutor);
  }

  /**
   * Runs callbacks on threads of one's own; by default on daemon threads that all clients share.
   * Callbacks of one client come in order and one at a time in either case.
   *
   * @param threads must not run tasks on the calling thread, else callbacks must not block
   * @return the changed options
   */
  public ClientOptions callbackExecutor(Executor threads) {
    return new ClientOptions(
        requestTimeout,
        connectTimeout,
        maxMessageBytes,
        headers,
        httpClient,
        Objects.requireNonNull(threads, "threads"));
  }

  /**
   * How long to wait for an answer.
   *
   * @return zero for ever
   */
  public Duration requestTimeout() {
    return requestTimeout;
  }

  /**
   * How long to wait for a connection.
   *
   * @return zero for as long as the system does
   */
  public Duration connectTimeout() {
    return connectTimeout;
  }

  /**
   * The largest message to take.
   *
   * @return in bytes
   */
  public long maxMessageBytes() {
    return maxMessageBytes;
  }

  /**
   * HTTP headers to send when connecting.
   *
   * @return unmodifiable, maybe empty
   */
  public Map<String, String> headers() {
    return headers;
  }

  /**
   * What to connect through.
   *
   * @return empty for a client that the library makes
   */
  public Optional<HttpClient> httpClient() {
    return Optional.ofNullable(httpClient);
  }

  /**
   * Where callbacks run.
   *
   * @return empty for the shared threads
   */
  public Optional<Executor> callbackExecutor() {
    return Optional.ofNullable(callbackExecutor);
  }
}
