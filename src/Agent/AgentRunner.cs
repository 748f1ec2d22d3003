using Microsoft.Extensions.Logging;
using Orrery.Agent.Collection;
using Orrery.Agent.Configuration;
using Orrery.Agent.Databases;
using Orrery.Agent.Host;
using Orrery.Agent.Jobs;
using Orrery.Agent.Logs;
using Orrery.Agent.Operations;
using Orrery.Client;

namespace Orrery.Agent;

/// <summary>The site agent: collects from the machine and from databases, and sends through an <see cref="OrreryClient"/>. Runs until cancelled.</summary>
/// <param name="options">What and where to.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">For the agent's own log; never told secrets.</param>
/// <param name="http">A shared HTTP client, or null.</param>
public sealed class AgentRunner(AgentOptions options, TimeProvider time, ILogger<AgentRunner> logger, HttpClient? http = null)
{
    static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(3);
    static readonly TimeSpan RegisterEvery = TimeSpan.FromHours(1);
    static readonly TimeSpan LogsRetryAfter = TimeSpan.FromSeconds(30);

    /// <summary>Runs until cancelled, or until another version is staged (<see cref="AgentOptions.Versions"/>); what waits is then in the buffer folder, or was given three seconds to leave.</summary>
    /// <exception cref="ArgumentException">The options cannot be used.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        options.Validate();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        CancellationToken cancellationToken = end.Token;
        using OrreryClient client = CreateClient();
        logger.AgentStarted(client.Server, options.Server!, options.BufferDirectory ?? "(memory)", options.Databases.Count, options.Watch.Count);
        List<ICollector> collectors = Machine.Collectors(client, options);
        using var cloud = new CloudJobs(options, http);
        DatabaseWatcher[] databases = [.. options.Databases.Select(target => new DatabaseWatcher(target, options, client, time, logger))];
        try
        {
            var loop = new CollectorLoop(collectors, client, options.CollectorCostMax, time, logger);
            await Task.WhenAll([
                Register(client, cancellationToken),
                Task.Run(() => loop.RunAsync(cancellationToken), CancellationToken.None),
                .. databases.Select(database => database.RunAsync(cancellationToken)),
                FollowLogs(client, cancellationToken),
                new JobTaker(options, cloud, time, logger).RunAsync(cancellationToken),
                new AgentVoice(options, cloud, time, logger, end.Cancel).RunAsync(cancellationToken),
                new OperationRunner(options, cloud, time, logger).RunAsync(cancellationToken),
                new ConfigurationKeeper(options, time, logger, http).RunAsync(cancellationToken),
            ]).ConfigureAwait(false);
        }
        finally
        {
            foreach (DatabaseWatcher database in databases)
                database.Dispose();
            foreach (ICollector collector in collectors)
                collector.Dispose();
        }
        await client.DrainAsync(CloseTimeout, CancellationToken.None).ConfigureAwait(false);
        logger.AgentStopped(client.Status.BufferedBatches);
    }

    /// <summary>Until the folder can be opened, which another agent may still hold, it is tried again.</summary>
    async Task FollowLogs(OrreryClient client, CancellationToken cancellationToken)
    {
        if (options.Logs.Sources.Count == 0)
            return;
        using LogShippers shippers = LogShippers.Open(options, client, http, time);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using LogChannel channel = await LogChannel.OpenAsync(options.Logs, client.Server, shippers.All, time, notice => logger.LogChannelTrouble(notice.Kind, notice.Text), cancellationToken).ConfigureAwait(false);
                logger.LogChannelStarted(options.Logs.Sources.Count, channel.Waiting, options.Logs.Folder);
                await channel.RunAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                logger.CollectorFailed("logs", 1, error);
                await Task.Delay(LogsRetryAfter, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    OrreryClient CreateClient() => new(new OrreryClientOptions
    {
        Url = options.Server,
        Key = options.Key,
        Server = options.ServerId,
        BufferDirectory = options.BufferDirectory,
        BufferBytesMax = options.BufferBytesMax,
        HttpClient = http,
        Clock = new TimeProviderClock(time),
        OnNotice = Tell,
    });

    /// <summary>At start and every hour: disks are added, memory is changed.</summary>
    async Task Register(OrreryClient client, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                _ = client.RegisterAsync(Machine.Facts());
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or System.Net.NetworkInformation.NetworkInformationException)
            {
                logger.CollectorFailed("facts", 1, error);
            }
            await Task.Delay(RegisterEvery, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    void Tell(ClientNotice notice)
    {
        if (notice.Kind is ClientNoticeKind.Connected or ClientNoticeKind.BufferOpened)
            logger.ClientNews(notice.Kind, notice.Text);
        else
            logger.ClientTrouble(notice.Kind, notice.Text);
    }
}
