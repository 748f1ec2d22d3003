using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orrery.Agent.Versions;
using Orrery.Jobs.Work;

namespace Orrery.Agent.Jobs;

/// <summary>
/// Tells the fleet that this agent is there, and does its part in roll-outs: a job is run here where jobs are allowed. A version is fetched, checked, unpacked and staged for the agent's launcher, and the agent ends; where nothing
/// launched it, or it trusts nobody's packages, the version that it is to have is written to the file <c>wanted-version</c>, from which whoever installs programs at the site takes it.
/// </summary>
/// <param name="end">Ends the agent.</param>
internal sealed class AgentVoice(AgentOptions options, CloudJobs cloud, TimeProvider time, ILogger logger, Action end)
{
    const int SecondsAtFirst = 5, SecondsMax = 600;

    static readonly TimeSpan FetchMax = TimeSpan.FromMinutes(30);

    readonly string folder = options.Jobs.WorkFolder(options);
    Task<bool> work = Task.FromResult(true);

    public async Task RunAsync(CancellationToken stopping)
    {
        if (!options.Jobs.Allow)
            return;
        AgentTask? task = null;
        if (options.Versions?.Refused is { } refused)
            (task, work) = (new AgentTask(refused.Rollout, refused.Token, AgentTaskState.Running), Task.FromResult(false));
        bool isHeard = false;
        int seconds = SecondsAtFirst;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (task is not null && work.IsCompleted)
                    task = task with { State = await work.ConfigureAwait(false) ? AgentTaskState.Done : AgentTaskState.Failed };
                AgentOrderAnswer order = await cloud.SpeakAsync(VersionFolder.Own, options.Jobs.Tag, task, stopping).ConfigureAwait(false);
                seconds = Math.Clamp(order.SecondsToNext, 1, SecondsMax);
                if (!isHeard)
                    options.Versions?.SetHealthy(VersionFolder.Own);
                isHeard = true;
                if (task is { State: not AgentTaskState.Running })
                {
                    task = null;
                    options.Versions?.ForgetRefused();
                }

                if (order.Rollout is { } rollout)
                    task = Begin(rollout, order, stopping);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                logger.JobsNotAsked(seconds, error.Message);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }

            // An end is told at once.
            using var rest = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            Task pause = Task.Delay(TimeSpan.FromSeconds(seconds), time, rest.Token);
            await (task is null || work.IsCompleted ? pause : Task.WhenAny(pause, work)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await rest.CancelAsync().ConfigureAwait(false);
        }
    }

    AgentTask? Begin(string rollout, AgentOrderAnswer order, CancellationToken stopping)
    {
        if (order.Version is { } wanted && options is { Versions: { } versions, Jobs.VersionKey.Length: > 0 })
        {
            work = InstallAsync(versions, new StagedVersion(wanted, rollout, order.Token), stopping);
            return new AgentTask(rollout, order.Token, AgentTaskState.Running);
        }

        if (order.Version is { } version)
        {
            WantedVersion.Write(options, version);
            return null;
        }

        logger.JobTaken(rollout, order.Token, "roll-out");
        work = WorkAsync(rollout, order.Definition, stopping);
        return new AgentTask(rollout, order.Token, AgentTaskState.Running);
    }

    /// <summary>Ends the agent where the version is staged: the version itself tells the cloud that it is there.</summary>
    async Task<bool> InstallAsync(VersionFolder versions, StagedVersion version, CancellationToken stopping)
    {
        string package = Path.Combine(folder, "agent-package.zip");
        using var late = new CancellationTokenSource(FetchMax, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopping);
        try
        {
            Directory.CreateDirectory(folder);
            string signature = await cloud.FetchPackageAsync(version.Version, package, either.Token).ConfigureAwait(false);
            AgentPackage.Check(package, version.Version, signature, options.Jobs.VersionKey);
            versions.Stage(version, package);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            logger.VersionNotInstalled(version.Version, error.Message);
            return false;
        }
        catch (OperationCanceledException)
        {
            logger.VersionNotInstalled(version.Version, $"its package did not come within {FetchMax.TotalMinutes:N0} min, or the agent ends");
            return false;
        }
        finally
        {
            File.Delete(package);
        }

        logger.VersionStaged(version.Version, version.Rollout);
        end();
        return true;
    }

    async Task<bool> WorkAsync(string rollout, JsonElement definition, CancellationToken stopping)
    {
        try
        {
            var context = new JobContext($"rollout.{rollout}", time, Path.Combine(folder, $"rollout.{rollout}")) { KeyFile = Path.Combine(folder, "certificate-key.pem") };
            return (await JobKinds.Of(definition).RunAsync(definition, context, stopping).ConfigureAwait(false)).IsGood;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            logger.JobFault(rollout, error);
            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}

/// <summary>What the agent is at.</summary>
internal sealed record AgentTask(string Rollout, uint Token, AgentTaskState State);

internal enum AgentTaskState
{
    Running,
    Done,
    Failed,
}

/// <summary>What the cloud answers to a word.</summary>
internal sealed record AgentOrderAnswer(string? Rollout, uint Token, string? Version, JsonElement Definition, int SecondsToNext);
