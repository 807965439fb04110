-- The target tables of the payments pipeline. Running this again changes nothing.

-- Both sides of every posting, once each: entry_id is the sink's event ID.
CREATE TABLE IF NOT EXISTS ledger_entries (
  entry_id uuid PRIMARY KEY,
  event_id text NOT NULL,
  payment_id text NOT NULL,
  account text NOT NULL,
  account_type text NOT NULL,
  party_id text NOT NULL,
  kind text NOT NULL,
  currency text NOT NULL,
  amount_minor bigint NOT NULL,
  occurred_at timestamptz NOT NULL,
  booked_on date NOT NULL
);

-- The latest balance of each account; version counts its entries.
CREATE TABLE IF NOT EXISTS account_balances (
  account text PRIMARY KEY,
  account_type text NOT NULL,
  party_id text NOT NULL,
  currency text NOT NULL,
  balance_minor bigint NOT NULL,
  balance numeric(28, 4) NOT NULL,
  version bigint NOT NULL,
  last_entry_id uuid NOT NULL,
  updated_at timestamptz NOT NULL
) WITH (fillfactor = 70);

-- What each merchant's account moved, by day: each entry counts once.
CREATE TABLE IF NOT EXISTS merchant_daily_totals (
  merchant_id text NOT NULL,
  day date NOT NULL,
  currency text NOT NULL,
  entries bigint NOT NULL,
  amount_minor bigint NOT NULL,
  PRIMARY KEY (merchant_id, day, currency)
) WITH (fillfactor = 70);
