using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Operations;

namespace Orrery.Grains.Operations;

/// <summary>What agents ask and tell.</summary>
sealed partial class OperationsGrain
{
    const int WaitSecondsMax = 20, NamesMax = 64, TextLengthMax = 200, AttemptLengthMax = 64, PartBytesMax = 256 << 10, PartsMax = 32, ArchivesMax = 5;

    /// <summary>In characters.</summary>
    const int OutputMax = 16 << 10;

    public async Task<OperationOrder?> Next(OperationAgent agent, int waitSeconds)
    {
        if (waitSeconds is < 0 or > WaitSecondsMax)
            throw new InvalidInputException("waitSeconds", $"waitSeconds is {waitSeconds}; it can be 0 to {WaitSecondsMax}.");
        await HearAsync(agent);
        OperationOrder? order = await TakeAsync(agent.Server);
        if (order is not null || waitSeconds == 0)
            return order;
        using var waited = new CancellationTokenSource();
        Task end = Task.Delay(TimeSpan.FromSeconds(waitSeconds), time, waited.Token);
        try
        {
            while (!end.IsCompleted)
            {
                await Task.WhenAny(came.Task, end);
                if (await TakeAsync(agent.Server) is { } found)
                    return found;
            }

            return null;
        }
        finally
        {
            await waited.CancelAsync();
        }
    }

    public async Task<bool> Begin(string operation, string server, string attempt)
    {
        if (attempt.Length is 0 or > AttemptLengthMax)
            throw new InvalidInputException("attempt", $"The attempt has {attempt.Length} characters; 1 to {AttemptLengthMax} are taken.");
        if (Own(operation, server) is not { } own)
            return false;
        if (own.Info.State == OperationState.Running && own.Attempt == attempt)
        {
            // Another call may have begun it and still be writing.
            await writer.Pending;
            return true;
        }

        if (own.Info.State != OperationState.Fetched)
            return false;
        await MoveAsync(own with { Attempt = attempt }, OperationState.Running, server, own.Info.Request.Kind == OperationKind.UpgradeAgent ? options.UpgradeMax : options.RunMax);
        return true;
    }

    public async Task Tell(string operation, string server, string attempt, OperationProgress progress)
    {
        if (Running(operation, server, attempt) is not { } own)
            return;
        double? percent = progress.Percent is { } share && double.IsFinite(share) ? Math.Clamp(share, 0, 100) : null;
        Replace(own with { Info = own.Info with { Progress = new OperationProgress(percent, Cut(progress.Text, TextLengthMax)) } });
        await writer.WriteAsync();
    }

    public async Task PutArchive(string operation, string server, string attempt, int part, byte[] bytes)
    {
        if (bytes.Length is 0 or > PartBytesMax)
            throw new InvalidInputException("bytes", $"A part of {bytes.Length} bytes; 1 to {PartBytesMax} are taken.");
        if (part is < 0 or >= PartsMax)
            throw new InvalidInputException("part", $"Part {part}; an archive has the parts 0 to {PartsMax - 1}.");
        if (Running(operation, server, attempt) is not { Info.Request.Kind: OperationKind.CollectLogs } own)
            return;
        if (part > own.ArchiveParts)
            throw new InvalidInputException("part", $"Part {part} comes before part {own.ArchiveParts}.");
        // Written first, counted then: what is counted is there.
        await Block(operation, part).Write(bytes);
        if (Running(operation, server, attempt) is not { } still || part > still.ArchiveParts)
            return;
        long before = part == 0 ? 0 : (long)part * PartBytesMax;
        if (part > 0 && still.Info.ArchiveBytes < before)
            throw new InvalidInputException("part", $"Part {part} comes behind one that has less than {PartBytesMax} bytes, which only the last one may have.");
        Replace(still with { ArchiveParts = part + 1, Info = still.Info with { ArchiveBytes = before + bytes.Length } });
        await writer.WriteAsync();
    }

    public async Task End(string operation, string server, string attempt, OperationEnding ending)
    {
        if (Own(operation, server) is not { } own || own.Attempt != attempt || own.Info.State is not (OperationState.Running or OperationState.Expired))
            return;
        string? reason = ending.Reason is { } why ? Cut(why, ReasonLengthMax) : null;
        string output = ending.Output.Length <= OutputMax ? ending.Output : ending.Output[^OutputMax..];
        own = own with { Info = own.Info with { Output = output, ExitCode = ending.ExitCode } };
        if (own.Info.State == OperationState.Expired)
        {
            // The state stays what people were told; what became of it is said.
            Replace(own with { Info = own.Info with { Reason = Cut($"Told too late: {(ending.IsGood ? "done." : reason)}", ReasonLengthMax) } });
            await writer.WriteAsync();
        }
        else if (ending.IsGood && own.Info.Request.Kind == OperationKind.UpgradeAgent)
        {
            // Done is what the new version says itself.
            Replace(own with { Info = own.Info with { Progress = new OperationProgress(null, "wished for") } });
            await writer.WriteAsync();
        }
        else
        {
            await MoveAsync(own, ending.IsGood ? OperationState.Done : OperationState.Failed, server, null, reason);
        }

        await ForgetArchivesAsync();
    }

    public async Task<byte[]?> ReadArchive(string operation, int part) => part < Find(operation).ArchiveParts && part >= 0 ? await Block(operation, part).Read() : null;

    /// <summary>The operation that waits longest is the agent's from now on.</summary>
    async Task<OperationOrder?> TakeAsync(string server)
    {
        if (Operations.Find(each => each.Info.Request.Server == server && each.Info.State is OperationState.Approved or OperationState.Fetched) is not { } next)
            return null;
        if (next.Info.State == OperationState.Approved)
            await MoveAsync(next, OperationState.Fetched, server, options.BeginMax);
        return new OperationOrder(next.Info.Request.Id!, next.Info.Request.Kind, next.Info.Request.Target);
    }

    async Task HearAsync(OperationAgent agent)
    {
        if (agent.Services.Count > NamesMax || agent.LogFolders.Count > NamesMax)
            throw new InvalidInputException("services", $"{agent.Services.Count} services and {agent.LogFolders.Count} log folders; at most {NamesMax} of each are taken.");
        foreach (string name in agent.Services.Concat(agent.LogFolders))
            EntityKeys.CheckPart("services", name);
        OperationAgent? known = stored.State.Agents.GetValueOrDefault(agent.Server);
        if (known is null && stored.State.Agents.Count >= AgentsMax)
            throw new LimitReachedException($"{AgentsMax} agents of the site '{Key}' take operations, the most that are kept.");
        seen[agent.Server] = agent.SeenAt;
        if (known is null || known.Version != agent.Version || known.MayUpgrade != agent.MayUpgrade || !known.Services.SequenceEqual(agent.Services) || !known.LogFolders.SequenceEqual(agent.LogFolders))
        {
            stored.State.Agents[agent.Server] = agent;
            await writer.WriteAsync();
        }

        if (Operations.Find(each => each.Info is { State: OperationState.Running, Request.Kind: OperationKind.UpgradeAgent } && each.Info.Request.Server == agent.Server && each.Info.Request.Target == agent.Version) is { } there)
            await MoveAsync(there, OperationState.Done, agent.Server, null);
    }

    async Task ForgetArchivesAsync()
    {
        foreach (StoredOperation old in Operations.Where(static each => each.ArchiveParts > 0 && each.Info.IsEnded).SkipLast(ArchivesMax).ToArray())
        {
            await ClearArchiveAsync(old);
            Replace(old with { ArchiveParts = 0, Info = old.Info with { ArchiveBytes = 0 } });
            await writer.WriteAsync();
        }
    }

    async Task ClearArchiveAsync(StoredOperation operation)
    {
        for (int part = 0; part < operation.ArchiveParts; part++)
            await Block(operation.Info.Request.Id!, part).Clear();
    }

    IBlockGrain Block(string operation, int part) => GrainFactory.GetGrain<IBlockGrain>($"operation/{Key}/{operation}/{part}");

    StoredOperation? Own(string operation, string server) => Operations.Find(each => each.Info.Request.Id == operation && each.Info.Request.Server == server);

    StoredOperation? Running(string operation, string server, string attempt) => Own(operation, server) is { Info.State: OperationState.Running } own && own.Attempt == attempt ? own : null;

    static string Cut(string text, int most) => text.Length <= most ? text : text[..most];
}
