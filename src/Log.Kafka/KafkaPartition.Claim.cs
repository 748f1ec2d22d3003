using Confluent.Kafka;
using Orrery.Log.Embedded;

namespace Orrery.Log.Kafka;

/// <summary>How an owner takes the partition over.</summary>
sealed partial class KafkaPartition
{
    const int TailStepRecords = 1_000;

    /// <summary>Takes the partition over: from here on appends of this owner count, and those of earlier ones do not.</summary>
    /// <exception cref="LogFencedException">It was claimed with a higher term.</exception>
    /// <exception cref="LogException">The topic is gone, or no broker answers.</exception>
    public Task ClaimAsync(CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            var (low, high) = log.QueryOffsets(place);
            var marker = FindMarker(low, high);
            long from = Math.Clamp(marker?.CoveredOffset ?? high, low, high);
            var table = NewTable();
            var known = new List<OwnerClaim>();
            if (marker is not null)
            {
                known.AddRange(marker.Owners);
                foreach (var (id, mark) in marker.Producers) table.Settle(id, mark);
            }

            Learn(Scan(from, high, known), known, table);
            var claim = Claim(known, table, high);
            await claim.Completion.Task.ConfigureAwait(false);
            Finish(claim, known, table, high);
        },
        cancellationToken);

    /// <summary>Writes the marker of a higher owner than any that is known.</summary>
    PendingBatch Claim(List<OwnerClaim> known, ProducerTable table, long high)
    {
        long highest = known.Select(static claim => claim.Owner).DefaultIfEmpty(-1).Max();
        if (OwnerClaim.TermOf(highest) > Term && highest >= 0) throw Fenced(highest);
        lock (gate)
        {
            owner = Math.Max(OwnerClaim.FirstOf(Term), highest + 1);
            producer = log.Producer;
            producers = table;
            claims.Clear();
            claims.AddRange(known);
            tags = new byte[TagsLimit][];
            failure = null;
            markerOffset = 0;
            // Anything behind the end that was seen is looked at before the marker is acknowledged, so an expectation that is wrong does no harm.
            expectedOffset = high;
            return SendMarker(high);
        }
    }

    /// <summary>The marker is there: what came before it since the first look counts, and another claim before or after it decides who owns the partition.</summary>
    void Finish(PendingBatch claim, List<OwnerClaim> known, ProducerTable table, long high)
    {
        var between = Scan(high, claim.LastOffset + 1, known, first =>
        {
            if (first.Message.Timestamp.Type == TimestampType.LogAppendTime) carriesTimes = true;
        });
        lock (gate)
        {
            Learn(between, known, table);
            claims.Clear();
            claims.AddRange(known);
            if (!claims.Any(other => other.Owner == owner)) claims.Add(new OwnerClaim(owner, claim.LastOffset));
            long highest = claims.Max(static other => other.Owner);
            if (highest > owner)
            {
                Fail(Fenced(highest), null);
                throw failure!;
            }
        }

        RefreshEnds();
        log.Logger.PartitionOpened(topic.Name, Number, Term, startOffset, expectedOffset);
    }

    /// <summary>Takes over what was read.</summary>
    static void Learn(BatchAssembler read, List<OwnerClaim> known, ProducerTable table)
    {
        foreach (var (tag, offset, content) in read.Markers)
        {
            foreach (var claim in content.Owners.Append(new OwnerClaim(tag.Owner, offset)))
            {
                if (!known.Any(other => other.Owner == claim.Owner)) known.Add(claim);
            }
        }

        foreach (var (tag, baseOffset, _) in read.Completed)
        {
            if (tag.Producer.IsNone) continue;
            var position = new LogProducerPosition(tag.Producer.Epoch, tag.Producer.Sequence);
            if (table.Find(tag.Producer.Id) is not { } last || position > last) table.Settle(tag.Producer.Id, new ProducerMark(position, baseOffset, tag.AppendedMilliseconds));
        }
    }

    /// <summary>The newest marker that the partition's tail leads to; null where it has none.</summary>
    Marker? FindMarker(long low, long high)
    {
        if (low >= high) return null;
        for (long back = 1; ; back = back == 1 ? TailStepRecords : back * 10)
        {
            long from = Math.Max(low, high - back);
            (RecordTag Tag, ConsumeResult<byte[]?, byte[]?> Record)? last = null;
            Visit(from, high, record =>
            {
                if (BatchAssembler.FindTag(record.Message.Headers) is { IsFirst: true } tag) last = (tag, record);
            });
            if (last is { } found)
            {
                if (found.Tag.IsMarker) return Marker.Decode(found.Record.Message.Value);
                // A marker that retention has deleted: everything that is left follows it.
                return ReadMarker(found.Tag.MarkerOffset, low) ?? new Marker(low, [], []);
            }

            if (from == low || back >= log.Options.TailRecordsLimit) return null;
        }
    }

    Marker? ReadMarker(long offset, long low)
    {
        Marker? marker = null;
        if (offset < low) return null;
        Visit(offset, offset + 1, record =>
        {
            if (BatchAssembler.FindTag(record.Message.Headers) is { IsMarker: true }) marker = Marker.Decode(record.Message.Value);
        });
        return marker;
    }

    /// <summary>Reads what the records of a range say. Blocks.</summary>
    BatchAssembler Scan(long from, long end, IReadOnlyList<OwnerClaim> known, Action<ConsumeResult<byte[]?, byte[]?>>? each = null)
    {
        var assembler = new BatchAssembler(known, from, encodes: false);
        Visit(from, end, record =>
        {
            each?.Invoke(record);
            assembler.Add(record);
            assembler.Flush();
        });
        return assembler;
    }

    /// <summary>Reads the records of a range. Blocks.</summary>
    /// <exception cref="LogUnavailableException">They did not come in time.</exception>
    void Visit(long from, long end, Action<ConsumeResult<byte[]?, byte[]?>> each)
    {
        if (from >= end) return;
        var cursor = TakeCursor(from);
        try
        {
            Visit(cursor, end, each);
            GiveBack(cursor);
            cursor = null;
        }
        finally
        {
            cursor?.Dispose();
        }
    }

    void Visit(KafkaCursor cursor, long end, Action<ConsumeResult<byte[]?, byte[]?>> each)
    {
        long started = log.Time.GetTimestamp();
        while (cursor.Position < end)
        {
            var record = cursor.Read(ReadStep, end, out bool isAtEnd);
            if (record is not null)
            {
                started = log.Time.GetTimestamp();
                if (record.Offset.Value < end) each(record);
            }
            else if (isAtEnd)
            {
                return; // Compaction took the last ones.
            }
            else if (log.Time.GetElapsedTime(started) > log.Options.AnswerTimeout)
            {
                throw Late(cursor.Position, end);
            }
        }
    }
}
