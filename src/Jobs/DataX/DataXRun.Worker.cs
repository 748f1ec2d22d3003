using Orrery.Connectors.Dialects;
using Orrery.Jobs.Plans;
using Orrery.Jobs.Running;

namespace Orrery.Jobs.DataX;

public sealed partial class DataXRun
{
    /// <summary>One channel: connections of its own, part after part.</summary>
    sealed class Worker(DataXRun run) : IDisposable
    {
        readonly Dictionary<DatabaseAddress, IDatabase> sources = [];
        readonly Patience patience = run.NewPatience();
        DataXChannel? channel;
        long lastRows, lastDirty;

        public void Run(Func<bool> isWanted, CancellationToken cancellationToken)
        {
            while (isWanted() && Next(cancellationToken) is var (part, number, range))
            {
                run.state!.Check(cancellationToken);
                run.state!.Counters.Table = part.Name;
                if (part is SequencePart sequence) CopySequence(sequence, cancellationToken);
                else CopyRange((DatabasePart)part, number, range, cancellationToken);
            }
        }

        public void Dispose() => Close();

        (DataXPart Part, long Number, KeyRange Range)? Next(CancellationToken cancellationToken)
        {
            lock (run.feedGate)
                while (run.nextPart < run.parts.Count)
                {
                    DataXPart part = run.parts[run.nextPart];
                    if (part is not DatabasePart database)
                    {
                        run.nextPart++;
                        return (part, 0, KeyRange.All);
                    }

                    (long Number, KeyRange Range)? next = null;
                    Retry(part, () => next = database.Next(Source(part)), cancellationToken);
                    if (next is { } found) return (part, found.Number, found.Range);
                    run.nextPart++;
                }

            return null;
        }

        void CopyRange(DatabasePart part, long number, KeyRange range, CancellationToken cancellationToken)
        {
            bool isRepeat = false;
            Retry(part, () =>
            {
                if (isRepeat && channel!.Has(part, number)) return;
                isRepeat = true;
                var dirty = new List<string>();
                Write(new DataXChunk(part, number, range, () => part.Read(Source(part), range, cancellationToken), dirty, () => Check(dirty)), cancellationToken);
            }, cancellationToken);
        }

        void CopySequence(SequencePart part, CancellationToken cancellationToken)
        {
            string name = DatabaseTarget.NameOf(part);
            DoneChunk[] before = [.. run.done.Where(chunk => chunk.Table == name)];
            long skip = before.Sum(chunk => chunk.Rows + chunk.Rejects), number = before.Length;
            bool isEnded = false;
            while (!isEnded)
            {
                run.state!.Check(cancellationToken);
                bool isRepeat = false;
                long taken = 0;
                Retry(part, () =>
                {
                    if (isRepeat && channel!.Has(part, number)) return;
                    isRepeat = true;
                    var dirty = new List<string>();
                    void Refuse(string line)
                    {
                        dirty.Add(line);
                        Check(dirty);
                    }

                    IEnumerable<RowBatch> Rows()
                    {
                        // A chunk that is done again is read again from its first row.
                        dirty.Clear();
                        (taken, isEnded) = (0, false);
                        foreach (RowBatch batch in part.Read(skip, Refuse, cancellationToken))
                        {
                            taken += batch.Count;
                            yield return batch;
                            if (taken + dirty.Count >= run.options.ChunkRows) yield break;
                        }

                        isEnded = true;
                    }

                    Write(new DataXChunk(part, number, KeyRange.All, Rows, dirty, () => Check(dirty)), cancellationToken);
                    skip += lastRows + lastDirty;
                }, cancellationToken);
                number++;
            }
        }

        void Write(DataXChunk chunk, CancellationToken cancellationToken)
        {
            long rows = 0, bytes = 0;
            Func<IEnumerable<RowBatch>> open = chunk.Rows;
            IEnumerable<RowBatch> Counted()
            {
                foreach (RowBatch batch in open())
                {
                    rows += batch.Count;
                    bytes += batch.Bytes;
                    run.state!.Counters.Add(batch.Count, batch.Bytes);
                    run.throttle.Take(batch.Count, batch.Bytes, cancellationToken);
                    yield return batch;
                }
            }

            DataXChunk counted = chunk with { Rows = Counted };
            long written;
            try
            {
                try
                {
                    written = channel!.Write(counted, isCareful: false, cancellationToken);
                }
                catch (Exception error) when (Outage.IsOfRow(error))
                {
                    if (run.rejects!.Left <= 0) throw Refused(error);
                    run.state!.Counters.Add(-rows, -bytes);
                    rows = bytes = 0;
                    chunk.Dirty.Clear();
                    written = channel!.Write(counted, isCareful: true, cancellationToken);
                }
            }
            catch
            {
                run.state!.Counters.Add(-rows, -bytes);
                throw;
            }

            run.state!.Counters.Add(written - rows, 0);
            (lastRows, lastDirty) = (written, chunk.Dirty.Count);
            run.rejects!.Keep(chunk.Dirty);
        }

        void Check(List<string> dirty)
        {
            if (dirty.Count > run.rejects!.Left) throw new RejectQuotaException($"More than {run.job.DirtyRowsMax} rows are dirty (errorLimit.record); the last one: {dirty[^1]}. The same command goes on where it was.", null);
        }

        RejectQuotaException Refused(Exception error) => new($"A row is dirty, and errorLimit.record {run.job.DirtyRowsMax} allows no more: {error.Message} The same command goes on where it was.", error);

        IDatabase Source(DataXPart part)
        {
            if (!sources.TryGetValue(part.Address!, out IDatabase? source)) sources.Add(part.Address!, source = run.Source(part.Address!));
            return source;
        }

        void Retry(DataXPart part, Action work, CancellationToken cancellationToken) => patience.Retry(part.Name, () =>
        {
            channel ??= run.target!.Open();
            work();
        }, () => [.. sources.Values, channel?.Database], Close, cancellationToken);

        void Close()
        {
            channel?.Dispose();
            channel = null;
            foreach (IDatabase source in sources.Values) Patience.Close(source);
            sources.Clear();
        }
    }
}
