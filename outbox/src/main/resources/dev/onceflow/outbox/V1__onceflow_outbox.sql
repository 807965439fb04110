-- Onceflow's outbox: events that are published if, and only if, the business transaction that enqueued them commits.
-- For PostgreSQL 14 and later. Run it once, as the owner of the database; or let Flyway run it from this folder.
--
--   SELECT onceflow_outbox.enqueue('orders', 'order-7', payload => '{"total": 5}'::jsonb);
--
-- Who may enqueue:  GRANT USAGE ON SCHEMA onceflow_outbox TO writer;
--                   GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA onceflow_outbox TO writer;
CREATE SCHEMA onceflow_outbox;

-- Which outbox this is: positions in Kafka name it, so that one that was made anew is not taken for the old one.
CREATE TABLE onceflow_outbox.incarnation (
  only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  id uuid NOT NULL DEFAULT gen_random_uuid()
);

INSERT INTO onceflow_outbox.incarnation DEFAULT VALUES;

-- What relays share the work by. Events of one key are in one shard, and a shard is published by one relay.
CREATE TABLE onceflow_outbox.shard (
  shard smallint PRIMARY KEY,
  -- Raised by each relay that takes the shard; what an earlier one wants to write is refused.
  epoch bigint NOT NULL DEFAULT 0,
  owner text,
  lease_until timestamptz,
  -- The batch that was stamped last: what is in it is decided here, before any of it is sent.
  batch bigint NOT NULL DEFAULT 0,
  batch_id uuid,
  batch_seqs bigint[] NOT NULL DEFAULT '{}',
  -- Everything up to here is in this batch or an earlier one, but for the gaps: numbers whose transactions had
  -- not committed when later ones had. gap_until[i] is the first transaction that can't be the one of gaps[i].
  cursor bigint NOT NULL DEFAULT 0,
  gaps bigint[] NOT NULL DEFAULT '{}',
  gap_until xid8[] NOT NULL DEFAULT '{}'
) WITH (fillfactor = 20);

-- Identifies rows within their transaction; its order means nothing to readers.
CREATE SEQUENCE onceflow_outbox.row_id;

-- What was enqueued. Its rows are never changed. Slots take turns, a million rows each; one whose rows are all
-- published is truncated, so that nothing is ever deleted row by row, and nobody has to make partitions in time.
CREATE TABLE onceflow_outbox.event (
  slot smallint NOT NULL,
  txid xid8 NOT NULL,
  id bigint NOT NULL,
  shard smallint NOT NULL,
  topic text NOT NULL,
  key text NOT NULL,
  event_id text NOT NULL,
  type text,
  -- Bytes as they are, or the text of JSON.
  payload bytea,
  is_json boolean NOT NULL,
  headers jsonb,
  enqueued_at timestamptz NOT NULL,
  PRIMARY KEY (txid, id, slot)
) PARTITION BY LIST (slot);

-- The order of publication, by shard. For each key it is the order in which its transactions committed.
CREATE TABLE onceflow_outbox.position (
  slot smallint NOT NULL,
  shard smallint NOT NULL,
  seq bigint NOT NULL,
  txid xid8 NOT NULL,
  id bigint NOT NULL,
  PRIMARY KEY (shard, seq, slot)
) PARTITION BY LIST (slot);

-- Whole, since its slot may be truncated while somebody decides.
CREATE TABLE onceflow_outbox.parked (
  shard smallint NOT NULL,
  seq bigint NOT NULL,
  topic text NOT NULL,
  key text NOT NULL,
  event_id text NOT NULL,
  type text,
  payload bytea,
  is_json boolean NOT NULL,
  headers jsonb,
  enqueued_at timestamptz NOT NULL,
  -- parked: it could not be published; waiting: an earlier event of its key is parked;
  -- released: to be published next; skipped: never to be published.
  state text NOT NULL CHECK (state IN ('parked', 'waiting', 'released', 'skipped')),
  reason text NOT NULL,
  tries integer NOT NULL,
  decided_by text,
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (shard, seq)
);

CREATE INDEX parked_open ON onceflow_outbox.parked (shard, topic, key) WHERE state <> 'skipped';

DO $$
BEGIN
  FOR shard IN 0..7 LOOP
    INSERT INTO onceflow_outbox.shard (shard) VALUES (shard);
    -- A larger cache would give each session numbers of its own, whose order means nothing.
    EXECUTE format('CREATE SEQUENCE onceflow_outbox.seq_%s CACHE 1 NO CYCLE', shard);
  END LOOP;
  FOR slot IN 0..7 LOOP
    EXECUTE format(
      'CREATE TABLE onceflow_outbox.event_%s PARTITION OF onceflow_outbox.event FOR VALUES IN (%s)', slot, slot);
    EXECUTE format(
      'CREATE TABLE onceflow_outbox.position_%s PARTITION OF onceflow_outbox.position FOR VALUES IN (%s)', slot, slot);
  END LOOP;
END
$$;

-- A UUID of version 7 (RFC 9562): the clock's milliseconds, then chance.
CREATE FUNCTION onceflow_outbox.uuidv7() RETURNS uuid
  LANGUAGE sql VOLATILE PARALLEL SAFE
  RETURN (
    overlay(
      overlay(gen_random_uuid()::text PLACING '7' FROM 15 FOR 1)
      PLACING regexp_replace(
        lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0'), '^(.{8})', '\1-')
      FROM 1 FOR 13))::uuid;

-- The slot of a row: the next one after each 2^20 rows.
CREATE FUNCTION onceflow_outbox.slot_of(id bigint) RETURNS smallint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ((id >> 20) & 7)::smallint;

CREATE FUNCTION onceflow_outbox.shard_of(topic text, key text) RETURNS smallint
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN (hashtextextended(topic || chr(31) || key, 0) & 7)::smallint;

-- Keys share 1,024 locks, so that a transaction with many keys doesn't fill the server's lock table.
CREATE FUNCTION onceflow_outbox.lock_of(topic text, key text) RETURNS integer
  LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN ((hashtextextended(topic || chr(31) || key, 0) >> 8) & 1023)::integer;

CREATE FUNCTION onceflow_outbox.add(
  topic text, key text, event_id text, type text, payload bytea, is_json boolean, headers jsonb) RETURNS text
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  id bigint := nextval('onceflow_outbox.row_id');
  given text := coalesce(event_id, onceflow_outbox.uuidv7()::text);
BEGIN
  IF topic IS NULL OR topic !~ '^[a-zA-Z0-9._-]{1,249}$' OR topic IN ('.', '..') THEN
    RAISE EXCEPTION 'onceflow_outbox: topic is %, which is no name of a topic', coalesce(quote_literal(topic), 'null')
      USING ERRCODE = 'invalid_parameter_value',
        HINT = 'Letters, digits, dots, underscores and hyphens, 249 at most.';
  END IF;
  IF key IS NULL THEN
    RAISE EXCEPTION 'onceflow_outbox: key is null'
      USING ERRCODE = 'null_value_not_allowed',
        HINT = 'Events are published in the order of their key; give what they are about, such as the order''s ID.';
  END IF;
  IF given = '' THEN
    RAISE EXCEPTION 'onceflow_outbox: event_id is empty'
      USING ERRCODE = 'invalid_parameter_value', HINT = 'Leave it out for a new UUIDv7.';
  END IF;
  IF jsonb_typeof(headers) <> 'object'
    OR EXISTS (SELECT FROM jsonb_each(headers) header WHERE jsonb_typeof(header.value) NOT IN ('string', 'null')) THEN
    RAISE EXCEPTION 'onceflow_outbox: headers are %, and must be an object of strings', headers
      USING ERRCODE = 'invalid_parameter_value';
  END IF;
  INSERT INTO onceflow_outbox.event VALUES (
    onceflow_outbox.slot_of(id), pg_current_xact_id(), id, onceflow_outbox.shard_of(topic, key), topic, key, given,
    type, payload, is_json, headers, clock_timestamp());
  RETURN given;
END
$$;

-- Enqueues an event in the caller's transaction; answers its event ID. It only inserts: no lock is held between
-- this call and the commit.
CREATE FUNCTION onceflow_outbox.enqueue(
  topic text, key text, event_id text DEFAULT NULL, type text DEFAULT NULL, payload jsonb DEFAULT NULL,
  headers jsonb DEFAULT NULL) RETURNS text
  LANGUAGE sql VOLATILE
AS $$
  SELECT onceflow_outbox.add(topic, key, event_id, type, convert_to(payload::text, 'UTF8'), true, headers)
$$;

-- The same with bytes that are sent as they are.
CREATE FUNCTION onceflow_outbox.enqueue(
  topic text, key text, event_id text, type text, payload bytea, headers jsonb DEFAULT NULL) RETURNS text
  LANGUAGE sql VOLATILE
AS $$
  SELECT onceflow_outbox.add(topic, key, event_id, type, payload, false, headers)
$$;

-- At the end of the transaction: locks its keys, in order so that two transactions can't wait for each other, and
-- draws the numbers under these locks. The locks are held until the commit is visible. So of two transactions with
-- a key in common the one that commits first has the lower numbers, and who sees the higher ones sees the lower.
CREATE FUNCTION onceflow_outbox.put_in_order() RETURNS trigger
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  me xid8 := pg_current_xact_id();
  -- Of which transaction and up to which row this was done; it goes back with a savepoint, as the rows do.
  done text[] := string_to_array(current_setting('onceflow_outbox.in_order', true), ':');
  after bigint := CASE WHEN done[1] = me::text THEN done[2]::bigint ELSE 0 END;
  last bigint;
  lock integer;
BEGIN
  IF NEW.id <= after THEN
    RETURN NULL;
  END IF;
  FOR lock IN
    SELECT DISTINCT onceflow_outbox.lock_of(e.topic, e.key)
    FROM onceflow_outbox.event e WHERE e.txid = me AND e.id > after ORDER BY 1
  LOOP
    -- The first number is "once" in ASCII, so that others who use such locks can keep away from these.
    PERFORM pg_advisory_xact_lock(1869505381, lock);
  END LOOP;
  WITH ordered AS (
    INSERT INTO onceflow_outbox.position (slot, shard, seq, txid, id)
    SELECT e.slot, e.shard, nextval(('onceflow_outbox.seq_' || e.shard)::regclass), me, e.id
    FROM (SELECT slot, shard, id FROM onceflow_outbox.event WHERE txid = me AND id > after ORDER BY id) e
    RETURNING id)
  SELECT max(id) INTO last FROM ordered;
  PERFORM set_config('onceflow_outbox.in_order', me::text || ':' || last, true);
  RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER put_in_order AFTER INSERT ON onceflow_outbox.event
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION onceflow_outbox.put_in_order();

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA onceflow_outbox FROM PUBLIC;
