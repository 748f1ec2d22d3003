using System.Text.Encodings.Web;
using System.Text.Json;
using Orrery.Jobs.Running;

namespace Orrery.Jobs.Work;

/// <summary>
/// Runs a leased job and keeps its lease: a word three times a lease, whose answer may be an order. Where no word came through for a whole lease, the job may be in another's hands and the run is ended; its
/// target refuses it anyway, for there the other's token is greater. Whatever ends the run, what the target has stays, and the next lease goes on there.
/// </summary>
/// <param name="kind">Of the definition.</param>
/// <param name="definition">With secrets.</param>
/// <param name="isAssessment">Whether it is only to be found out what would be done.</param>
/// <param name="context">Around the run; its progress is this one's.</param>
/// <param name="holder">Who leased it out.</param>
/// <param name="lease">How long the lease lasts after each word.</param>
public sealed class LeasedRun(IJobKind kind, JsonElement definition, bool isAssessment, JobContext context, IJobHolder holder, TimeSpan lease)
{
    const int BeatsPerLease = 3, EndTries = 10;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly RejectTail rejects = new(context.RejectFile);
    JobProgress? progress;
    WorkOrder order;

    /// <summary>Ends when the run has ended and the holder knows, or cannot be told.</summary>
    /// <param name="stopping">The process ends: the job is put down.</param>
    /// <returns>The error that is a fault of the program and not the job's; null: none.</returns>
    public async Task<Exception?> RunAsync(CancellationToken stopping)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        JobContext own = context with { Progress = new Latest(this) };
        Task<string> work = WorkAsync(own, end.Token);
        await KeepAsync(work, end);
        Exception? fault = null;
        WorkEnding ending;
        try
        {
            ending = new WorkEnding(false, null, false, await work);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            ending = new WorkEnding(true, null, false, null);
        }
        catch (TokenOverruledException)
        {
            // The target knows a later lease than this one.
            order = WorkOrder.Lost;
            ending = new WorkEnding(true, null, false, null);
        }
        catch (Exception error)
        {
            if (!JobErrors.IsExpected(error)) fault = error;
            ending = new WorkEnding(false, JobErrors.Text(error), JobErrors.IsPassing(error), null);
        }

        if (order != WorkOrder.Lost) await TellAsync(ending);
        return fault;
    }

    async Task<string> WorkAsync(JobContext own, CancellationToken cancellationToken) => isAssessment
        ? JsonSerializer.Serialize(await kind.AssessAsync(definition, own, cancellationToken), Json)
        : JsonSerializer.Serialize(await kind.RunAsync(definition, own, cancellationToken), Json);

    async Task KeepAsync(Task work, CancellationTokenSource end)
    {
        long heard = context.Time.GetTimestamp();
        using var beats = new PeriodicTimer(lease / BeatsPerLease, context.Time);
        while (true)
        {
            if (!work.IsCompleted)
            {
                if (await BeatAsync() is { } answer)
                {
                    heard = context.Time.GetTimestamp();
                    order = answer;
                }
                else if (context.Time.GetElapsedTime(heard) >= lease)
                {
                    order = WorkOrder.Lost;
                }
            }

            if (order != WorkOrder.GoOn) await end.CancelAsync();
            if (work.IsCompleted || end.IsCancellationRequested) break;
            await Task.WhenAny(work, beats.WaitForNextTickAsync(end.Token).AsTask());
        }

        // Chunks under way are broken off where they are: the target forgets them.
        while (!work.IsCompleted)
        {
            using var pause = new CancellationTokenSource();
            await Task.WhenAny(work, Task.Delay(lease / BeatsPerLease, context.Time, pause.Token));
            await pause.CancelAsync();
            // A statement that cannot be broken off at once is no reason to lose the lease.
            if (!work.IsCompleted && order != WorkOrder.Lost) await BeatAsync();
        }

        // What was refused at the very end.
        if (order == WorkOrder.GoOn && !isAssessment) await BeatAsync();
    }

    /// <summary>Null: nobody answered.</summary>
    async Task<WorkOrder?> BeatAsync()
    {
        using var late = new CancellationTokenSource(lease, context.Time);
        IReadOnlyList<string> lines = isAssessment ? [] : rejects.Next();
        try
        {
            WorkWord answer = await holder.BeatAsync(Volatile.Read(ref progress), lines, late.Token);
            rejects.Told();
            if (answer.Limits is { } limits) context.Control.Limit(limits);
            return answer.Order;
        }
        catch (Exception error) when (error is not ObjectDisposedException)
        {
            // The next word may come through; without any for a lease the run ends.
            return null;
        }
    }

    async Task TellAsync(WorkEnding ending)
    {
        for (int turn = 1; ; turn++)
        {
            try
            {
                using var late = new CancellationTokenSource(lease, context.Time);
                await holder.EndAsync(ending, late.Token);
                return;
            }
            catch (Exception) when (turn < EndTries)
            {
                await Task.Delay(lease / BeatsPerLease, context.Time);
            }
            catch (Exception)
            {
                // The lease runs out, and whoever takes the job next finds in the target what is done.
                return;
            }
        }
    }

    sealed class Latest(LeasedRun run) : IProgress<JobProgress>
    {
        public void Report(JobProgress value) => Volatile.Write(ref run.progress, value);
    }
}
