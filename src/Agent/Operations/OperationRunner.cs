using System.Globalization;
using Microsoft.Extensions.Logging;
using Orrery.Agent.Jobs;
using Orrery.Agent.Versions;

namespace Orrery.Agent.Operations;

/// <summary>
/// Asks the cloud for operations and does them one after the other. First the journal, then the cloud's leave to begin, then the journal again, then the work: a restart is never repeated, whenever the agent is killed; reading
/// logs and wishing for a version do no harm when they are.
/// </summary>
internal sealed class OperationRunner(AgentOptions options, CloudJobs cloud, TimeProvider time, ILogger logger)
{
    const int WaitSeconds = 20, PartBytes = 256 << 10;
    static readonly TimeSpan PauseFirst = TimeSpan.FromSeconds(1), PauseMax = TimeSpan.FromMinutes(1), TellPeriod = TimeSpan.FromSeconds(1);

    readonly AgentOperationOptions allowed = options.Operations;

    public async Task RunAsync(CancellationToken stopping)
    {
        if (!allowed.IsAny)
            return;
        string folder = allowed.WorkFolder(options);
        var journal = new OperationJournal(folder);
        TimeSpan pause = PauseFirst;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (journal.Read() is { } entry)
                    await GoOnAsync(journal, entry, folder, stopping).ConfigureAwait(false);
                else if (await NextAsync(stopping).ConfigureAwait(false) is { } order)
                    journal.Write(new OperationEntry(order.Id, order.Kind, order.Target, Guid.NewGuid().ToString("N"), false, null));
                pause = PauseFirst;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                logger.OperationsNotAsked(pause.TotalSeconds, error.Message);
                await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }

    async Task<OrderedOperation?> NextAsync(CancellationToken stopping) => (await cloud.SendAsync<NextOperation>(
        "operations/next", new { server = options.ServerId, version = VersionFolder.Own, services = allowed.Services.Keys.Order(), logFolders = allowed.LogFolders.Keys.Order(), mayUpgrade = allowed.Upgrade, waitSeconds = WaitSeconds },
        stopping).ConfigureAwait(false))?.Order;

    async Task GoOnAsync(OperationJournal journal, OperationEntry entry, string folder, CancellationToken stopping)
    {
        if (entry is { Ending: null, IsBegun: true, Kind: OrderedOperation.RestartService })
            entry = Ended(entry, new OperationEnd(false, null, "", "The agent was ended while the command ran; whether it took effect is not known. It is not repeated."));
        if (entry.Ending is null)
        {
            if (await cloud.SendAsync<BegunOperation>($"operations/{entry.Id}/begin", new { server = options.ServerId, entry.Attempt }, stopping).ConfigureAwait(false) is not { IsLet: true })
            {
                journal.Clear();
                return;
            }

            journal.Write(entry = entry with { IsBegun = true });
            logger.OperationBegun(entry.Id, entry.Kind, entry.Target);
            entry = Ended(entry, await WorkAsync(entry, folder, stopping).ConfigureAwait(false));
        }

        OperationEnd end = entry.Ending!;
        await cloud.SendAsync<object>($"operations/{entry.Id}/end", new { server = options.ServerId, entry.Attempt, end.IsGood, end.ExitCode, end.Output, end.Reason }, stopping).ConfigureAwait(false);
        logger.OperationEnded(entry.Id, end.IsGood, end.Reason ?? "");
        journal.Clear();

        OperationEntry Ended(OperationEntry of, OperationEnd how)
        {
            OperationEntry ended = of with { Ending = how };
            journal.Write(ended);
            return ended;
        }
    }

    async Task<OperationEnd> WorkAsync(OperationEntry entry, string folder, CancellationToken stopping)
    {
        switch (entry.Kind)
        {
            // Settings are read at the agent's start: what was allowed when it was asked for may not be any more.
            case OrderedOperation.RestartService when allowed.Services.TryGetValue(entry.Target, out ServiceCommand? service):
                return await ServiceRestart.RunAsync(service, time, stopping).ConfigureAwait(false);
            case OrderedOperation.CollectLogs when allowed.LogFolders.TryGetValue(entry.Target, out LogFolder? logs):
                return await CollectAsync(entry, logs, Path.Combine(folder, "logs.zip"), stopping).ConfigureAwait(false);
            case OrderedOperation.UpgradeAgent when allowed.Upgrade:
                WantedVersion.Write(options, entry.Target);
                return new OperationEnd(true, null, "", null);
            default:
                return new OperationEnd(false, null, "", $"The agent's settings do not allow {entry.Kind} of '{entry.Target}'.");
        }
    }

    async Task<OperationEnd> CollectAsync(OperationEntry entry, LogFolder logs, string file, CancellationToken stopping)
    {
        try
        {
            DateTimeOffset told = default;
            string what = await LogArchive.WriteAsync(logs, allowed.ArchiveBytesMax, file, async (share, taken) =>
            {
                if (time.GetUtcNow() - told < TellPeriod)
                    return;
                told = time.GetUtcNow();
                await TellAsync(entry, share * 50, string.Create(CultureInfo.InvariantCulture, $"{taken} files packed"), stopping).ConfigureAwait(false);
            }, stopping).ConfigureAwait(false);
            using (FileStream archive = File.OpenRead(file))
            {
                byte[] part = new byte[PartBytes];
                for (int number = 0, count; (count = await archive.ReadAtLeastAsync(part, PartBytes, throwOnEndOfStream: false, stopping).ConfigureAwait(false)) > 0; number++)
                {
                    await cloud.SendAsync<object>($"operations/{entry.Id}/archive", new { server = options.ServerId, entry.Attempt, part = number, bytes = part.AsMemory(0, count) }, stopping).ConfigureAwait(false);
                    await TellAsync(entry, 50 + (50.0 * archive.Position / archive.Length), string.Create(CultureInfo.InvariantCulture, $"{archive.Position} of {archive.Length} bytes sent"), stopping).ConfigureAwait(false);
                }
            }

            File.Delete(file);
            return new OperationEnd(true, null, what, null);
        }
        catch (Exception error) when (error is DirectoryNotFoundException or UnauthorizedAccessException)
        {
            return new OperationEnd(false, null, "", $"The folder of logs cannot be read: {error.Message}");
        }
    }

    Task<object?> TellAsync(OperationEntry entry, double percent, string text, CancellationToken stopping) =>
        cloud.SendAsync<object>($"operations/{entry.Id}/progress", new { server = options.ServerId, entry.Attempt, percent, text }, stopping);

    sealed record NextOperation(OrderedOperation? Order);

    sealed record BegunOperation(bool IsLet);
}

/// <summary>What the cloud gives to do. Kinds that this agent does not know, it does not do.</summary>
internal sealed record OrderedOperation(string Id, string Kind, string Target)
{
    public const string RestartService = "restartService", CollectLogs = "collectLogs", UpgradeAgent = "upgradeAgent";
}
