using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orrery.Jobs.Work;

namespace Orrery.Agent.Jobs;

/// <summary>
/// Tells the fleet that this agent is there, and does its part in roll-outs: a job is run here where jobs are allowed; a version that it is to have is written to the file <c>wanted-version</c>, from which whoever installs
/// programs at the site takes it.
/// </summary>
internal sealed class AgentVoice(AgentOptions options, CloudJobs cloud, TimeProvider time, ILogger logger)
{
    const int SecondsAtFirst = 5, SecondsMax = 600;

    static readonly string Version = typeof(AgentVoice).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    readonly string folder = options.Jobs.WorkFolder(options);
    Task<bool> work = Task.FromResult(true);

    public async Task RunAsync(CancellationToken stopping)
    {
        if (!options.Jobs.Allow)
            return;
        AgentTask? task = null;
        int seconds = SecondsAtFirst;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (task is not null && work.IsCompleted)
                    task = task with { State = await work.ConfigureAwait(false) ? AgentTaskState.Done : AgentTaskState.Failed };
                AgentOrderAnswer order = await cloud.SpeakAsync(Version, options.Jobs.Tag, task, stopping).ConfigureAwait(false);
                seconds = Math.Clamp(order.SecondsToNext, 1, SecondsMax);
                if (task is { State: not AgentTaskState.Running })
                    task = null;
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
        if (order.Version is { } version)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "wanted-version"), version);
            return null;
        }

        logger.JobTaken(rollout, order.Token, "roll-out");
        work = WorkAsync(rollout, order.Definition, stopping);
        return new AgentTask(rollout, order.Token, AgentTaskState.Running);
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
