using Orrery.Grains.Channels.Letters;
using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Topics;

namespace Orrery.Grains.Channels.Collecting;

/// <summary>Reading dead letters again.</summary>
sealed partial class CollectorGrain
{
    const int EndedReplaysMax = 20;
    const long PortionBytes = 8 << 20;
    const string HoldName = "replay";

    public async Task<Replay> BeginReplay(ReplayDraft draft, string format, string user)
    {
        CheckNoneRuns();
        ITopicPartitionGrain letters = new LetterScan(GrainFactory, Key, draft.Query, options.ReadBytes).Partition;
        PartitionInfo info = await letters.Info();
        await letters.Hold(HoldName, info.Start);
        if (State.Portions == 0)
            State.Portions = await Ledger.LastOf(ChannelHops.Letters, Instance) ?? 0;
        CheckNoneRuns();
        long newest = State.EndedReplays.Count == 0 ? 0 : State.EndedReplays[0].Id;
        State.Replay = new LetterReplay
        {
            // Part of the producer's name: also of a channel that was deleted and made again it is another one.
            Id = Math.Max(newest + 1, time.GetUtcNow().ToUnixTimeMilliseconds()),
            Query = draft.Query,
            Format = format,
            By = user,
            StartedAt = time.GetUtcNow(),
            Begin = info.Start,
            End = info.End,
            Next = info.Start,
        };
        await writer.WriteAsync();
        ChannelMessages.ReplayBegun(logger, Key, State.Replay.Id, user, format, info.End - info.Start);
        return State.Replay.Shown("running", null);
    }

    void CheckNoneRuns()
    {
        if (State.Replay is { } running)
            throw new ConflictException($"Replay {running.Id} of channel '{Key}' is running, asked for by {running.By}. Wait until it ends, or cancel it.");
    }

    public Task<IReadOnlyList<Replay>> Replays() =>
        Task.FromResult<IReadOnlyList<Replay>>([.. State.Replay is { } running ? [running.Shown("running", null)] : Array.Empty<Replay>(), .. State.EndedReplays]);

    public async Task<Replay> CancelReplay(long id)
    {
        if (State.Replay is not { } replay || replay.Id != id)
        {
            Replay? ended = State.EndedReplays.Find(other => other.Id == id);
            throw ended is null ? new NotFoundException($"Channel '{Key}' has no replay {id}.") : new ConflictException($"Replay {id} of channel '{Key}' is {ended.State} since {ended.EndedAt:u}.");
        }

        replay.IsCancelled = true;
        if (loop.Phase == "stopped" && replay.PortionEnd == 0)
            return await EndReplayAsync(replay);
        await writer.WriteAsync();
        return replay.Shown("running", null);
    }

    /// <summary>
    /// Replays one portion of dead letters. It is written down which letters it has; they are read again; entries are appended with the portion's end in the replay's producer's sequence,
    /// and so are, to the letters' topic, those that are dead for another reason; the portion is counted as done, in one write with what is to be told: both sides to the ledger, and which
    /// letters are dead no more to their marks. A letter's mark does not change before its entry is in the topic and the portion is done, so after a crash the portion gives the same batches,
    /// which the partitions know. Any replay passes over marked letters, so none gives a letter twice; and since it ends where the letters ended when it began, none meets what it put aside
    /// itself.
    /// <para>The ledger: a letter was rejected when it died, and stays so. Given again, it is given by the hop <see cref="ChannelHops.Letters"/>, taken by the collector and given on, in the
    /// window of its own time and origin; a letter that stays dead is in no report. So every window is even before, while and after.</para>
    /// </summary>
    /// <returns>Whether there was anything to do.</returns>
    async Task<bool> ReplayAsync(ChannelOrder running)
    {
        if (State.Replay is not { } replay)
            return false;
        var scan = new LetterScan(GrainFactory, Key, replay.Query, options.ReadBytes);
        List<StoredLetter> letters;
        if (replay.PortionEnd > 0)
        {
            letters = await scan.ReadAsync(replay.Next, replay.PortionEnd, int.MaxValue, long.MaxValue);
        }
        else
        {
            letters = replay.IsCancelled ? [] : await scan.ReadAsync(replay.Next, replay.End, options.ReplayLetters, PortionBytes);
            if (letters.Count > 0)
            {
                (replay.PortionEnd, replay.Partitions) = (scan.Reached, running.Spec.Partitions);
                await writer.WriteAsync();
            }
            else if (!replay.IsCancelled)
            {
                replay.Next = Math.Max(replay.Next, scan.Reached);
            }
        }

        if (replay.PortionEnd > 0)
            await ReplayAsync(running, replay, letters, scan.Partition);
        if (replay.IsCancelled || replay.Next >= replay.End)
            await EndReplayAsync(replay);
        return true;
    }

    async Task ReplayAsync(ChannelOrder running, LetterReplay replay, List<StoredLetter> letters, ITopicPartitionGrain deadTopic)
    {
        CollectedBatch batch = CollectedBatch.Replay(letters, origin => State.Origins.GetValueOrDefault(origin) ?? new OriginProgress(), replay.Format, replay.Partitions, WindowSeconds);
        await AppendAsync(running.Topic, batch, ChannelKeys.Producer($"{Key}/letters/{replay.Id}"), replay.PortionEnd);
        (replay.Next, replay.PortionEnd) = (replay.PortionEnd, 0);
        replay.Given += batch.Records;
        replay.Remained += batch.Rejected;
        await FinishAsync(batch, agent: [], letters: batch.AgentEntries, sealedOrigin: null, sealedTo: 0);
        await deadTopic.Hold(HoldName, replay.Next);
    }

    async Task<Replay> EndReplayAsync(LetterReplay replay)
    {
        Replay ended = replay.Shown(replay.IsCancelled && replay.Next < replay.End ? "cancelled" : "done", time.GetUtcNow());
        State.EndedReplays.Insert(0, ended);
        if (State.EndedReplays.Count > EndedReplaysMax)
            State.EndedReplays.RemoveAt(EndedReplaysMax);
        State.Replay = null;
        await writer.WriteAsync();
        await new LetterScan(GrainFactory, Key, replay.Query, options.ReadBytes).Partition.Release(HoldName);
        ChannelMessages.ReplayEnded(logger, Key, ended.Id, ended.State, ended.Given, ended.Remained);
        return ended;
    }
}
