using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.Rows;
using Orrery.Grains.Channels.Sources;
using Orrery.Interfaces.Channels;

namespace Orrery.Grains.Tests.Channels;

/// <summary>A database's history made of a seed: inserts, updates (some of the key), deletes, a truncate now and then. Every source opened on it tells the same.</summary>
sealed class ChangeScript : ISourceFactory
{
    public static readonly TableSchema Schema = new("shop", "orders",
        [new Column("id", new ColumnType(ColumnKind.Int64), "bigint(20)", false), new Column("note", new ColumnType(ColumnKind.Text, Length: 50), "varchar(50)", true)], [0]);

    readonly Step[] steps;
    readonly int seed;
    TaskCompletionSource moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile int limit;
    int opened;

    public ChangeScript(int seed, int length)
    {
        this.seed = seed;
        var random = new Random(seed);
        var live = new SortedDictionary<long, string>();
        steps = new Step[length];
        long milliseconds = 1_700_000_000_000;
        for (int index = 0; index < length; index++)
        {
            // Now and then a commit that began long before: its time goes back.
            milliseconds += random.Next(0, 200);
            long stated = random.Next(10) == 0 ? milliseconds - 5_000 : milliseconds;
            steps[index] = MakeStep(random, live, index, stated);
        }

        Rows = live;
        limit = length;
    }

    /// <summary>How many steps have happened so far; sources wait there.</summary>
    public int Limit
    {
        get => limit;
        set
        {
            limit = value;
            Interlocked.Exchange(ref moved, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        }
    }

    /// <summary>What the table holds at the end.</summary>
    public IReadOnlyDictionary<long, string> Rows { get; }

    /// <summary>Changes that the source gives, with those of keys as two.</summary>
    public int Records(int partitions) => steps.Sum(step => step.Kind switch { ChangeKind.Truncate => partitions, ChangeKind.Update when step.OldId != step.Id => 2, _ => 1 });

    /// <summary>How often a source was opened.</summary>
    public int Opened => opened;

    /// <summary>Makes a source fail, in the middle of its work.</summary>
    public bool Fails { get; set; }

    public IChangeSource Open(string channel, SourceSpec spec, string connection, string checkpoint) =>
        new Source(this, checkpoint.Length == 0 ? 0 : int.Parse(checkpoint, System.Globalization.CultureInfo.InvariantCulture), new Random(HashCode.Combine(seed, Interlocked.Increment(ref opened))));

    static Step MakeStep(Random random, SortedDictionary<long, string> live, int index, long milliseconds)
    {
        string note = $"n{index}";
        int what = random.Next(100);
        if (live.Count == 0 || what < 50)
        {
            long id = index + 1;
            live[id] = note;
            return new Step(ChangeKind.Insert, id, note, 0, "", milliseconds);
        }

        if (what == 99)
        {
            live.Clear();
            return new Step(ChangeKind.Truncate, 0, "", 0, "", milliseconds);
        }

        long old = live.Keys.ElementAt(random.Next(live.Count));
        string oldNote = live[old];
        live.Remove(old);
        if (what < 70)
            return new Step(ChangeKind.Delete, 0, "", old, oldNote, milliseconds);
        long now = what < 80 ? index + 1 : old;
        live[now] = note;
        return new Step(ChangeKind.Update, now, note, old, oldNote, milliseconds);
    }

    sealed record Step(ChangeKind Kind, long Id, string Note, long OldId, string OldNote, long Milliseconds);

    sealed class Source(ChangeScript script, int next, Random random) : IChangeSource
    {
        readonly RowWriter after = new(), before = new();

        public TimeSpan? Lag => TimeSpan.Zero;

        public async ValueTask ReadAsync(ChangeBatch batch, CancellationToken cancellationToken)
        {
            batch.Clear();
            if (script.Fails)
                throw new ChangeSourceException(ChangeSourceFault.Unreachable, "The script's database went away.");
            while (next >= script.limit)
            {
                Task more = script.moved.Task;
                if (next >= script.limit)
                    await more.WaitAsync(cancellationToken);
            }

            int take = random.Next(1, 30);
            for (; take > 0 && next < script.limit; take--, next++)
                Add(batch, script.steps[next], next + 1);
            batch.EndSequence = next;
            batch.Checkpoint = next.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        public ValueTask ConfirmAsync(string checkpoint, CancellationToken cancellationToken) => default;

        public ValueTask DisposeAsync() => default;

        void Add(ChangeBatch batch, Step step, long sequence)
        {
            RowWriter bytes = batch.Bytes;
            int keyStart = bytes.Position;
            if (step.Kind != ChangeKind.Truncate)
            {
                bytes.BeginRow(1);
                bytes.WriteInt64(step.Kind == ChangeKind.Delete ? step.OldId : step.Id);
                bytes.EndRow();
            }

            int valueStart = bytes.Position;
            ChangeWriter.BeginChange(bytes, step.Kind, Schema.Fingerprint, sequence, 0);
            Write(after, step.Id, step.Note);
            Write(before, step.OldId, step.OldNote);
            if (step.Kind == ChangeKind.Insert) bytes.Append(after.Written);
            if (step.Kind == ChangeKind.Delete) bytes.Append(before.Written);
            if (step.Kind == ChangeKind.Update) ChangeWriter.AppendUpdateRows(bytes, after.Written, before.Written);
            batch.Add(new ChangeEntry(step.Kind, batch.IndexOf(Schema), step.Milliseconds, sequence, keyStart, valueStart - keyStart, valueStart, bytes.Position - valueStart));
        }

        static void Write(RowWriter row, long id, string note)
        {
            row.Clear();
            row.BeginRow(2);
            row.WriteInt64(id);
            row.WriteText(note);
            row.EndRow();
        }
    }
}
