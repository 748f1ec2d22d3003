using Orrery.Connectors.Landing;
using Orrery.Connectors.LogObjects;
using Orrery.Interfaces;
using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Topics;

namespace Orrery.Grains.Channels.Collecting;

/// <summary>Batches that agents send straight to the API.</summary>
sealed partial class CollectorGrain
{
    const int BatchesWaitingMax = 8, OriginLengthMax = 120, IncarnationLengthMax = 100;

    int waiting;

    public async Task<BatchTaken> Take(string site, byte[] manifest, byte[] content)
    {
        // The channel tells its order when it is asked; an activation that has just begun has heard none.
        if (order is null)
            await GrainFactory.GetGrain<IChannelGrain>(Key).Get();
        LogObjectManifest batch = Check(manifest, content);
        if (site.Length + 1 + batch.Origin.Length > OriginLengthMax)
            throw new InvalidInputException("manifest.origin", $"'{site}/{batch.Origin}' has {site.Length + 1 + batch.Origin.Length} characters; the ledger knows origins of at most {OriginLengthMax}. Give the server a shorter name.");
        if (waiting >= BatchesWaitingMax)
            throw new OverloadedException($"{waiting} batches wait for channel '{Key}', the most that may. Send batch {batch.Sequence} again in a moment.");
        waiting++;
        try
        {
            return await InTurnAsync(() => TakeAsync($"{site}/{batch.Origin}", batch, content), loop.Ending);
        }
        catch (TopicUnavailableException unavailable)
        {
            throw new OverloadedException(unavailable.Message);
        }
        catch (OperationCanceledException) when (loop.Ending.IsCancellationRequested)
        {
            throw new OverloadedException($"The collector of channel '{Key}' is moving. Send batch {batch.Sequence} again.");
        }
        finally
        {
            waiting--;
        }
    }

    async Task<BatchTaken> TakeAsync(string name, LogObjectManifest batch, byte[] content)
    {
        if (order is not { Spec.Source.Kind: ChannelSpecs.Agents } running)
            throw new ConflictException($"Channel '{Key}' takes no batches from agents: its source is no '{ChannelSpecs.Agents}'.");
        if (!running.IsRunning)
            throw new ConflictException($"Channel '{Key}' is paused. The batches wait with the agent until it is resumed.");
        OriginProgress? known = State.Origins.GetValueOrDefault(name);
        int age = known is null ? 1 : string.CompareOrdinal(batch.Incarnation, known.Incarnation);
        if (age < 0)
            throw new ConflictException($"Batch {batch.Sequence} of '{name}' is of the folder '{batch.Incarnation}', but batches of the later one '{known!.Incarnation}' are here already: the agent's folder is an old copy, or the machine's clock stood wrong. Delete the folder; the files are read again then.");
        if (age == 0 && batch.Sequence <= known!.Sequence)
            return batch.Sequence < known.Sequence || batch.Sha256 == known.Sha256
                ? new BatchTaken(name, known.Sequence, true)
                : throw new ConflictException($"Another batch {batch.Sequence} of '{name}' is here already: two agents send as '{batch.Origin}' from copies of one folder. Delete the folder of one.");
        if (age == 0 && batch.Sequence > known!.Sequence + 1)
            // What lies between was taken elsewhere, or by a server that forgot it: the agent has it no more, and what it has must not be held up.
            ChannelMessages.BatchesMissing(logger, Key, name, known.Sequence + 1, batch.Sequence - 1);
        if (State.Batches == 0)
            State.Batches = await Ledger.LastOf(ChannelHops.Collector, Instance) ?? 0;
        try
        {
            IReadOnlyList<ReadOnlyMemory<byte>> lines = await Task.Run(() => LogObjectReader.Lines(batch, content, $"The content of batch {batch.Sequence} of '{name}'"));
            await CollectAsync(running, batch, name, lines);
        }
        catch (Exception damage) when (damage is LandingDamageException or FormatException)
        {
            throw new InvalidInputException("content", damage.Message);
        }

        return new BatchTaken(name, batch.Sequence, false);
    }

    LogObjectManifest Check(byte[] bytes, byte[] content)
    {
        LogObjectManifest batch;
        try
        {
            batch = LogObjectManifest.Read(bytes, "The manifest");
        }
        catch (LandingDamageException damage)
        {
            throw new InvalidInputException("manifest", damage.Message);
        }

        if (!EntityKeys.IsPart(batch.Origin))
            throw new InvalidInputException("manifest.origin", $"The manifest's origin has {batch.Origin.Length} characters and is no server's id; send the server's id within the site.");
        if (batch.Incarnation.Length is 0 or > IncarnationLengthMax || batch.Sequence < 1)
            throw new InvalidInputException("manifest.sequence", $"The manifest's incarnation has {batch.Incarnation.Length} characters, 1 to {IncarnationLengthMax} are possible, and its sequence is {batch.Sequence}, counted from 1.");
        if (content.Length != batch.Length || batch.Length > BatchDoor.ContentBytesMax || batch.PlainLength is < 0 or > BatchDoor.PlainBytesMax)
            throw new InvalidInputException("content", $"The content has {content.Length} bytes; the manifest says {batch.Length}, {batch.PlainLength} unpacked. At most {BatchDoor.ContentBytesMax} and {BatchDoor.PlainBytesMax} are taken: set batchBytesMax of the agent lower.");
        return batch;
    }
}
