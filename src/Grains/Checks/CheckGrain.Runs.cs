using Orrery.Grains.Storing;
using Orrery.Interfaces.Checks;

namespace Orrery.Grains.Checks;

/// <summary>Runs from their beginning to what they leave behind: a line, results, alarms, meters.</summary>
sealed partial class CheckGrain
{
    /// <summary>Begins a run, where none is under way.</summary>
    async Task BeginAsync(string cause)
    {
        if (!running.IsCompleted || ending.IsCancellationRequested)
            return;
        var begun = new BegunRun(State.Runs + 1, cause, time.GetUtcNow());
        State.Runs = begun.Number;
        State.Begun = begun;
        State.NextAt = CheckSchedule.Next(State.Spec, begun.At);
        running = RunAsync(begun);
        KeepLooking();
        await writer.WriteAsync();
    }

    async Task RunAsync(BegunRun begun)
    {
        CheckRun run;
        activity = "waiting";
        using var limit = new CancellationTokenSource(options.RunTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, ending.Token);
        try
        {
            var runner = new CheckRunner(GrainFactory, Key, State.Spec, State.SealedConnection, secrets, options, time, does => activity = does);
            run = await runner.RunAsync(begun.Number, begun.Cause, begun.At, either.Token);
        }
        catch (Exception fault)
        {
            bool isLate = limit.IsCancellationRequested && !ending.IsCancellationRequested;
            string reason = isLate ? $"It took longer than {options.RunTimeout.TotalMinutes:F0} min and was given up ({nameof(options.RunTimeout)})." : fault.Message;
            run = new CheckRun(Failed(begun, ending.IsCancellationRequested ? "stopped" : "failed", reason), []);
            CheckMessages.Failed(logger, Key, begun.Number, reason, fault);
        }

        // An activation that ends leaves the run's beginning as it is: the next one says that it was stopped.
        if (ending.IsCancellationRequested)
            return;
        await EndAsync(run);
        activity = "idle";
        KeepLooking();
    }

    async Task EndAsync(CheckRun run)
    {
        CheckSummary summary = run.Summary;
        if (run.Results.Count > 0)
        {
            results.State.Runs.Add(run);
            HashSet<long> kept = [.. results.State.Runs.TakeLast(options.ResultsKept).Concat(results.State.Runs.Where(static known => known.Summary.Outcome == "different").TakeLast(options.ResultsKept)).Select(static known => known.Summary.Number)];
            results.State.Runs.RemoveAll(known => !kept.Contains(known.Summary.Number));
            await resultWriter.WriteAsync();
        }

        State.Begun = null;
        State.Ended.Add(summary);
        if (State.Ended.Count > options.RunsKept)
            State.Ended.RemoveRange(0, State.Ended.Count - options.RunsKept);
        await writer.WriteAsync();
        instruments.Ended(summary);
        CheckMessages.Ended(logger, Key, summary.Number, summary.Outcome, summary.Rows, summary.Missing, summary.Surplus, summary.Different, summary.Seconds);
        await TellAlarmsAsync(run);
    }

    /// <summary>An alarm is open while the newest run differs, or failed.</summary>
    async Task TellAlarmsAsync(CheckRun run)
    {
        try
        {
            string? rule = CheckAlarms.RuleOf(run.Summary);
            if (rule is not null && State.Alarmed.Add(rule))
                // Stored first, so that a crash behind it does not leave an alarm open for ever.
                await writer.WriteAsync();
            if (rule is not null)
                await Book.Report(CheckAlarms.Report(Key, run));
            string[] ended = run.Summary.Outcome == "stopped" ? [] : [.. State.Alarmed.Where(open => open != rule)];
            foreach (string open in ended)
                await Book.Report(CheckAlarms.Ended(Key, open, time.GetUtcNow()));
            if (ended.Length == 0)
                return;
            State.Alarmed.ExceptWith(ended);
            await writer.WriteAsync();
        }
        catch (Exception failure)
        {
            // The next run says it again.
            CheckMessages.NotTold(logger, Key, failure);
        }
    }

    CheckSummary Failed(BegunRun begun, string outcome, string reason) =>
        new(begun.Number, begun.Cause, begun.At, Math.Round((time.GetUtcNow() - begun.At).TotalSeconds, 3), outcome, null, false, reason, 0, 0, 0, 0, 0, 0, 0, 0);
}
