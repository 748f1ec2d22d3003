using System.Diagnostics;
using System.ComponentModel;
using Microsoft.Extensions.Logging;

namespace Orrery.Agent.Versions;

/// <summary>
/// Starts the agent and stays beside it. An agent that was brought another version stages it and ends; the launcher starts that one on trial. It is kept once the cloud has answered its word; where it ends before, or that takes too
/// long, it is ended, refused, and the one before is started again, which tells the cloud. An agent that ends by itself otherwise is started again behind a pause that grows. The launcher is of the version that was installed and is
/// never replaced; where it is killed, the agent ends with its input, and the next launcher goes on by what the folder says.
/// </summary>
/// <param name="folder">What the two agree by.</param>
/// <param name="start">Starts a version (empty: the installed one), its input redirected.</param>
/// <param name="trialMax">How long a new version may take until the cloud has answered it.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The launcher's.</param>
public sealed class AgentLauncher(VersionFolder folder, Func<string, Process> start, TimeSpan trialMax, TimeProvider time, ILogger<AgentLauncher> logger)
{
    /// <summary>The default of the trial's bound.</summary>
    public static readonly TimeSpan TrialDefault = TimeSpan.FromSeconds(60);

    /// <summary>An exit code behind which another start would end the same.</summary>
    const int UsageExitCode = 2;

    static readonly TimeSpan PauseFirst = TimeSpan.FromSeconds(1), PauseMax = TimeSpan.FromMinutes(1), LookEvery = TimeSpan.FromMilliseconds(200), EndMax = TimeSpan.FromSeconds(15);

    /// <summary>Runs until it is stopped, or the agent ends in good order.</summary>
    /// <returns>The agent's exit code.</returns>
    public async Task<int> RunAsync(CancellationToken stopping)
    {
        TimeSpan pause = PauseFirst;
        while (!stopping.IsCancellationRequested)
        {
            StagedVersion? trial = folder.Staged;
            (int? code, string? refusal) = await RunOnceAsync(trial, stopping).ConfigureAwait(false);
            if (stopping.IsCancellationRequested)
                break;
            if (refusal is not null)
            {
                logger.VersionRefused(trial!.Version, refusal);
                folder.Refuse(trial, refusal);
            }
            else if (code == VersionFolder.StagedExitCode)
            {
                pause = PauseFirst;
            }
            else if (code is 0 or UsageExitCode)
            {
                return code.Value;
            }
            else
            {
                logger.AgentEnded(code ?? -1, pause.TotalSeconds);
                await Task.Delay(pause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
            }
        }

        return 0;
    }

    /// <summary>One life of an agent.</summary>
    /// <returns>Its exit code; or why the version that was on trial is refused.</returns>
    async Task<(int? Code, string? Refusal)> RunOnceAsync(StagedVersion? trial, CancellationToken stopping)
    {
        Process agent;
        folder.BeginTrial();
        try
        {
            agent = start(trial?.Version ?? folder.Current);
        }
        catch (Exception error) when (error is Win32Exception or InvalidOperationException or IOException)
        {
            return trial is null ? (null, null) : (null, $"it could not be started: {error.Message}");
        }

        using (agent)
        {
            Task ended = agent.WaitForExitAsync(CancellationToken.None);
            try
            {
                if (trial is not null && await RefusalAsync(trial, agent, ended, stopping).ConfigureAwait(false) is { } refusal)
                    return (null, refusal);
                if (trial is not null && !stopping.IsCancellationRequested)
                {
                    logger.VersionKept(trial.Version);
                    folder.Keep(trial);
                }

                await ended.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return (agent.HasExited ? agent.ExitCode : null, null);
            }
            finally
            {
                await EndAsync(agent, ended).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Waits until the cloud has answered the version on trial; null: it has, or the launcher is stopped.</summary>
    async Task<string?> RefusalAsync(StagedVersion trial, Process agent, Task ended, CancellationToken stopping)
    {
        long started = time.GetTimestamp();
        while (!stopping.IsCancellationRequested)
        {
            // First whether it has ended: what it said before counts.
            bool hasEnded = ended.IsCompleted;
            if (folder.IsHealthy(trial.Version))
                return null;
            if (hasEnded)
                return $"it ended with the exit code {agent.ExitCode} before the cloud had answered it";
            if (time.GetElapsedTime(started) > trialMax)
                return $"the cloud had not answered it within {trialMax.TotalSeconds:N0} s";
            await Task.WhenAny(ended, Task.Delay(LookEvery, time, stopping)).ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>An agent ends with its input, and is killed where it does not.</summary>
    async Task EndAsync(Process agent, Task ended)
    {
        if (agent.HasExited)
            return;
        agent.StandardInput.Close();
        await Task.WhenAny(ended, Task.Delay(EndMax, time)).ConfigureAwait(false);
        if (agent.HasExited)
            return;
        agent.Kill();
        await ended.ConfigureAwait(false);
    }
}
