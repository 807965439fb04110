/*
 * The hand-over of the sink: two tasks, one partition with gaps, one database that can go back.
 *
 * What is modelled, what is not, and which line of Java each action stands for: README.md beside
 * this file. It is checked exhaustively by ./check. A mutant is this model with one -D; ./check
 * fails where a mutant is not caught.
 *
 * A strike is anything that the outside does to the protocol: a statement that is lost on its way, an
 * answer that is lost on its way back, a rebalance, a rebalance of which the old owner hears later,
 * a database that goes back. Every run has at most STRIKES of them, in every mix and at every
 * moment. The position at which Connect's consumer begins is no strike: it is any one, each time.
 */

#ifndef STRIKES
#define STRIKES 3
#endif

/* The log: offsets 0 to END-1, of which some hold no record (markers, aborted or compacted ones). */
#ifndef END
#define END 4
#define RECORDS (2 + 8)  /* at the offsets 1 and 3 */
#endif

#define below(o)   ((1 << (o)) - 1)
#define from(o)    (255 - below(o))
#define lowest(m)  ((m) & (255 - ((m) - 1)))
#define TASKS 2
#define NOBODY 9

mtype = { UNCLAIMED, REPOSITIONING, VERIFYING, ACTIVE, FENCED, CLOSED };
mtype = { IDLE, SENT, COMMITTED, MISSED, UNKNOWN };
#ifdef FENCE_ELSEWHERE
mtype = { HALF };
#endif

/* What is durable: the fence row, and the effects. once and twice are sets of offsets. */
typedef Database {
  bool row;
  byte next;     /* next_offset */
  byte epoch;
  byte owner;
  byte claimed;  /* when the row was claimed last, in the time of "now" */
  byte dated;    /* updated_at, in the same time */
  byte once;
  byte twice
}
Database db;
Database copy;     /* a backup, or a replica that lags; the empty database at first */
bool copied;
byte now = 1;      /* the database's clock; it goes on where the database goes back */
byte furthest;     /* the highest fence that was ever committed: for the assertion on preCommit */

/* OpenPartition of a task, its pipeline, and Connect's side of it. */
typedef Held {
  mtype state = CLOSED;
  byte next;     /* the fence's value that it last read or wrote */
  byte taken;    /* behind the last record that it took */
  byte epoch;
  byte claimed;  /* when it claimed, by the database's clock */
  byte pending;  /* records that are taken and not being written: filling, or backlog */
  mtype write = IDLE;
  bool stale;    /* what is being written is of a partition that was closed since */
  byte batch;    /* the records that are being written */
  byte expected;
  byte byEpoch;
  byte byClaim;
  /* The row as it was seen by a compare-and-set that missed. */
  bool seenRow;
  byte seenNext;
  byte seenEpoch;
  byte seenOwner;
  byte seenDated;
  bool inPut;
  byte position; /* the consumer's */
  byte again;    /* records of the put() that threw, which Connect hands out again */
  byte seek      /* requested and not yet carried out, plus one */
}
Held task[TASKS];
byte assigned = NOBODY;
byte strikes = STRIKES;
bool intruder;     /* whether a task ever claimed that had lost the partition, and did not know */

#define T task[t]
/* After the last one nothing goes back any more: the copy is of no interest. */
#define strike (strikes > 0) -> strikes--; copied = (strikes > 0 -> copied : 1); \
    copy.row = copy.row && strikes > 0; copy.next = (strikes > 0 -> copy.next : 0); \
    copy.epoch = (strikes > 0 -> copy.epoch : 0); copy.owner = (strikes > 0 -> copy.owner : 0); \
    copy.claimed = (strikes > 0 -> copy.claimed : 0); \
    copy.dated = (strikes > 0 -> copy.dated : 0); \
    copy.once = (strikes > 0 -> copy.once : 0); copy.twice = (strikes > 0 -> copy.twice : 0)

#ifdef FENCE_ELSEWHERE
#define writerIsFree (T.write != SENT && T.write != HALF)
#else
#define writerIsFree (T.write != SENT)
#endif
#define isMine(ep, ow) ((ep) == T.epoch && (ow) == t)
#define atRest ((T.state == ACTIVE || T.state == VERIFYING) && T.taken == T.next && \
    T.pending == 0 && T.write == IDLE)
#define elsewhere (!db.row || !isMine(db.epoch, db.owner) || db.next != T.next)

/* ---- The properties that must hold in every state of the database. ------------------------- */

/* Effects are once, and none is missing below the fence. */
inline checkEffects() {
  assert(db.twice == 0);
  assert((RECORDS & below(db.next) & (255 - db.once)) == 0);
  furthest = (db.next > furthest -> db.next : furthest)
}

/* ---- The database's transactions; each is atomic, as PostgreSQL's are. ---------------------- */

inline applyEffects(records) {
  db.twice = db.twice | (db.once & (records));
  db.once = db.once | (records)
}

#if defined(NO_EPOCH)
#define holds (db.row && db.next == T.expected)
#elif defined(NO_OWNER)
#define holds (db.row && db.epoch == T.byEpoch && db.next == T.expected)
#else
#define holds (db.row && db.epoch == T.byEpoch && db.owner == t && db.next == T.expected)
#endif

/* A batch: compare-and-set of the fence and effects, or nothing and a look at the row. */
inline runTransaction(answer) {
  if
  :: holds ->
    /* What an earlier owner does after a claim has no effect. */
    assert(db.claimed == T.byClaim);
    applyEffects(T.batch);
    do
    :: (T.batch & from(db.next)) != 0 -> db.next++
    :: else -> break
    od;
#ifdef DATED_BY_BATCHES
    db.dated = now;
#endif
    checkEffects();
    T.write = answer
  :: else ->
    T.seenRow = db.row;
    T.seenNext = db.next;
    T.seenEpoch = db.epoch;
    T.seenOwner = db.owner;
    T.seenDated = db.dated;
    T.write = (answer == COMMITTED -> MISSED : answer)
  fi
}

inline forgetSeen() {
  T.seenRow = 0; T.seenNext = 0; T.seenEpoch = 0; T.seenOwner = 0; T.seenDated = 0
}

inline forgetWrite() {
  T.write = IDLE; T.stale = 0; T.batch = 0; T.expected = 0; T.byEpoch = 0; T.byClaim = 0;
  forgetSeen()
}

/* Makes the row, or raises its epoch. */
inline claimRow() {
  if
  :: !db.row ->
    db.row = 1;
#ifdef GROUP_WHERE_NO_ROW
    db.next = T.position;
#endif
    db.epoch = 1
  :: else -> db.epoch++
  fi;
#ifdef NO_SEEK
  db.next = (T.position < db.next -> T.position : db.next);
#endif
  now++;
  intruder = intruder || t != assigned;
  db.owner = t;
  db.claimed = now;
  db.dated = now;
  checkEffects()
}

/* ---- The task. ------------------------------------------------------------------------------ */

/* The one thread of a task that talks to the database writes what it was given. */
proctype Writer(byte t) {
end:
  do
#ifdef FENCE_ELSEWHERE
  :: atomic { T.write == SENT ->
      if
      :: holds -> applyEffects(T.batch); checkEffects(); T.write = HALF
      :: else -> runTransaction(COMMITTED)
      fi }
  :: atomic { T.write == HALF ->
      if
      :: strike; T.write = UNKNOWN
      :: holds ->
        do
        :: (T.batch & from(db.next)) != 0 -> db.next++
        :: else -> break
        od;
        checkEffects();
        T.write = COMMITTED
      :: else -> T.write = UNKNOWN
      fi }
#else
  :: atomic { T.write == SENT ->
      if
      :: runTransaction(COMMITTED)
      :: strike; T.write = UNKNOWN                /* the statement or the COMMIT was lost */
      :: strike; runTransaction(UNKNOWN); forgetSeen()  /* the answer was lost */
      fi }
#endif
  od
}

inline dropUnwanted() {
  if
  :: T.state == ACTIVE -> T.pending = T.pending & from(T.next)
  :: else -> T.pending = 0
  fi
}

/* What is of no interest any more in these states. */
inline forgetPlace() {
  if
  :: T.state == FENCED || T.state == UNCLAIMED ->
    T.next = 0; T.taken = 0; T.epoch = 0; T.claimed = 0; T.pending = 0
  :: else
  fi;
  if
  :: T.state == FENCED -> T.position = END
  :: else
  fi
}

/* What a fence that is not where it was left means. */
inline resolve(thereIs, nextThere, epochThere, ownerThere, datedThere) {
  if
  :: !thereIs -> T.state = UNCLAIMED
  :: thereIs && isMine(epochThere, ownerThere) ->
#ifdef REAPPLY
    T.next = nextThere
#else
    T.next = nextThere;
    T.taken = nextThere;
    T.state = REPOSITIONING
#endif
#ifndef BACK_IS_FENCED
  :: thereIs && !isMine(epochThere, ownerThere) &&
      epochThere < T.epoch && datedThere < T.claimed -> T.state = UNCLAIMED
#endif
  :: else ->
#ifdef CLAIM_OUTSIDE
    T.state = UNCLAIMED
#else
    T.state = FENCED
#endif
  fi;
  forgetPlace()
}

inline begin() {
  T.batch = T.pending;
  T.pending = 0;
  T.expected = T.next;
#ifdef EXPECTED_FIRST
  T.expected = 0;
  do
  :: (T.batch & (1 << T.expected)) == 0 -> T.expected++
  :: else -> break
  od;
#endif
  T.byEpoch = T.epoch;
  T.byClaim = T.claimed;
  T.write = SENT
}

/* Why put() is called: something is to be done. An idle poll changes nothing and is left out. */
#define records (T.state != FENCED && (RECORDS & from(T.position)) != 0)
#ifdef NO_LOOK
#define looks false
#else
#define looks (atRest && elsewhere)
#endif
/* Without records put() waits for what is being written, so it is called when that has ended. */
#define work (writerIsFree && (T.state == UNCLAIMED || T.state == REPOSITIONING || \
    T.write != IDLE || T.pending != 0 || looks))

/* Connect carries out the seek; then the old batch comes again, or it polls one record or two. */
inline deliver() {
  if
  :: T.seek != 0 -> T.position = T.seek - 1; T.seek = 0
  :: else
  fi;
  if
  :: T.again != 0 -> given = T.again; T.again = 0
  :: T.again == 0 && records ->
    given = lowest(RECORDS & from(T.position));
    if
    :: true
    :: (RECORDS & from(T.position) & (255 - given)) != 0 ->
      given = given | lowest(RECORDS & from(T.position) & (255 - given))
    fi;
    do
    :: (given & from(T.position)) != 0 -> T.position++
    :: else -> break
    od
  :: T.again == 0 && (work || !records) -> given = 0
  fi
}

/* What came of what was being written. */
inline harvest() {
  if
  :: T.write == COMMITTED ->
    if
    :: T.stale
    :: else ->
      do
      :: (T.batch & from(T.next)) != 0 -> T.next++
      :: else -> break
      od
    fi;
    forgetWrite()
  :: T.write == MISSED ->
    if
    :: !T.stale && T.state == ACTIVE ->
      T.pending = T.pending | T.batch;
      resolve(T.seenRow, T.seenNext, T.seenEpoch, T.seenOwner, T.seenDated)
    :: else
    fi;
    forgetWrite();
    dropUnwanted()
  :: T.write == UNKNOWN ->
    if
    :: T.stale
    :: else -> T.pending = T.pending | T.batch
    fi;
    forgetWrite();
    dropUnwanted();
    goto thrown
  :: T.write == IDLE || !writerIsFree
  fi
}

/* Is the fence still there, where nothing comes? Not due at each put(). */
inline look() {
  if
  :: looks ->
    if
    :: resolve(db.row, db.next, db.epoch, db.owner, db.dated)
    :: given != 0
    :: strike; goto thrown
    fi
  :: else
  fi
}

inline claim() {
  T.pending = 0;
  if
  :: claimRow();
    T.state = REPOSITIONING;
    T.epoch = db.epoch;
    T.claimed = db.claimed;
    T.next = db.next;
    T.taken = db.next;
#ifdef THROW_WITH_SEEK
    T.seek = (T.next == 0 -> 1 : T.next);
    T.state = (T.next == 0 -> ACTIVE : VERIFYING)
#endif
#ifdef NO_SEEK
    T.state = ACTIVE
#endif
  :: strike; goto thrown               /* nothing was claimed */
  :: strike; claimRow(); goto thrown   /* it was, but the answer was lost */
  fi
}

/* Takes the records in order; trouble may come before each of them. */
inline take() {
  one = 0;
  do
  :: (given & from(one)) == 0 -> break
  :: (given & from(one)) != 0 && (given & (1 << one)) == 0 -> one++
  :: (given & (1 << one)) != 0 ->
    if
    :: true
    :: strike; goto thrown
    fi;
    if
    :: T.state == VERIFYING ->
      assert(one >= T.next - 1);
      T.state = ACTIVE
    :: else
    fi;
    if
    :: T.state == ACTIVE && one >= T.taken ->
      T.pending = T.pending | (1 << one);
      T.taken = one + 1
    :: else
    fi;
    one++
  od;
  if
  :: T.pending != 0 && T.write == IDLE -> begin()
  :: T.pending != 0 && given != 0           /* more may come: the batch is filled on */
  :: T.pending == 0
  fi
}

/* In the same put() as the claim: they are not what the fence wants next. */
inline drop() {
#if defined(THROW_WITH_SEEK) || defined(NO_SEEK)
  take()
#else
  if
  :: true
  :: given != 0 && strike; goto thrown
  fi
#endif
}

/* Only now, on the way to a normal return. */
inline seekWhereWanted() {
  if
  :: T.state == REPOSITIONING ->
    T.seek = (T.next == 0 -> 1 : T.next);
    T.state = (T.next == 0 -> ACTIVE : VERIFYING)
  :: else
  fi
}

inline returned() {
  given = 0; one = 0; T.inPut = 0
}

proctype Task(byte t) {
  byte given, one;
end:
  do
  :: atomic { T.state != CLOSED && (T.again != 0 || T.seek != 0 || records || work) ->
      T.inPut = 1;
      deliver();
      harvest();
      look();
      if
      :: T.state == UNCLAIMED
      :: else -> take(); seekWhereWanted(); returned()
      fi }
    if
      /* The thread that writes claims, too: after what it was given before. */
    :: atomic { T.inPut && writerIsFree -> claim(); drop(); seekWhereWanted(); returned() }
    :: !T.inPut
    fi;
    goto end;
thrown:
    /* RetriableException: Connect hands out the same records again. */
    atomic { T.again = given; returned() }
  od
}

/* ---- Connect and the world. ----------------------------------------------------------------- */

inline close(x) {
  task[x].state = CLOSED;
  task[x].next = 0; task[x].taken = 0; task[x].epoch = 0; task[x].claimed = 0;
  task[x].pending = 0; task[x].seek = 0; task[x].position = 0;
  task[x].stale = (task[x].write != IDLE);
  /* Where a transform renames topics, Connect still hands out what it held. */
  if
  :: task[x].again = 0
  :: task[x].again != 0
  fi
}

/* The group's offset is advice: the consumer may begin anywhere. */
inline open(x) {
  task[x].state = UNCLAIMED;
  if
  :: task[x].position = 0
  :: task[x].position = 2
  :: task[x].position = END
#if END > 4
  :: task[x].position = 3
#endif
  fi;
  assigned = x
}

/* What preCommit would tell Connect now is in the database, or was before it went back. */
#ifdef OFFSETS_BEFORE_EFFECT
#define reported(x) task[x].taken
#else
#define reported(x) task[x].next
#endif
#define preCommits(x) \
    (task[x].state == ACTIVE || task[x].state == VERIFYING) && task[x].position >= reported(x)

proctype World() {
  byte x;
end:
  do
  :: atomic { assigned != NOBODY && !task[0].inPut && !task[1].inPut && strike;
      if
      :: x = 0
      :: x = 1
      fi;
      if
      :: assigned != x && task[assigned].state != CLOSED ->
        if
        :: close(assigned)         /* it is told before */
        :: true                    /* it is not, and goes on: a zombie */
        fi
      :: else
      fi;
      if
      :: task[x].state != CLOSED -> close(x)
      :: else
      fi;
      open(x);
      x = 0 }
    /* At last a zombie is told. */
  :: atomic { assigned != NOBODY && task[1 - assigned].state != CLOSED && !task[1 - assigned].inPut ->
      close(1 - assigned) }
    /* A backup is made, a replica stops to follow. */
  :: d_step { !copied && db.row && strikes > 0 ->
      copied = 1;
      copy.row = db.row; copy.next = db.next; copy.epoch = db.epoch; copy.owner = db.owner;
      copy.claimed = db.claimed; copy.dated = db.dated; copy.once = db.once;
      copy.twice = db.twice }
    /* The database goes back to it; connections end. */
  :: atomic { strikes > 0 && db.row ->
      db.row = copy.row; db.next = copy.next; db.epoch = copy.epoch; db.owner = copy.owner;
      db.claimed = copy.claimed; db.dated = copy.dated; db.once = copy.once;
      db.twice = copy.twice;
      strike;
      do
      :: x < TASKS ->
        if
        :: task[x].write == SENT -> task[x].write = UNKNOWN
        :: else
        fi;
        x++
      :: else -> break
      od;
      x = 0 }
#ifndef NO_PERSON
    /* A task that stays fenced though the partition is its own stops, and somebody starts it again.
       That must be so only where a zombie claimed it. */
  :: atomic { assigned != NOBODY && task[assigned].state == FENCED &&
        task[1 - assigned].state == CLOSED && !task[assigned].inPut ->
      assert(intruder);
      close(assigned);
      open(assigned) }
#endif
    /* preCommit, at any moment between two calls. */
  :: atomic { !task[0].inPut && preCommits(0) && reported(0) > furthest -> assert(false) }
  :: atomic { !task[1].inPut && preCommits(1) && reported(1) > furthest -> assert(false) }
  od
}

init {
  atomic {
    run Writer(0); run Writer(1); run Task(0); run Task(1); run World();
    open(0)
  }
}

/* In the end everything is applied, whatever happened. */
ltl applied { <> [] (db.once == RECORDS) }
