using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Jobs;

namespace Orrery.Grains.Jobs;

/// <summary>Jobs in the order in which they came, by place, and workers that wait for one. A job that was taken is forgotten; where it is not leased it offers itself again.</summary>
[Reentrant]
sealed class JobQueueGrain(TimeProvider time) : Grain, IJobQueueGrain
{
    const int WaitSecondsMax = 20, OfferedMax = 100_000;

    readonly Dictionary<string, LinkedList<string>> offered = [];
    readonly Dictionary<string, LinkedList<TaskCompletionSource<bool>>> waiting = [];
    int count;

    public Task Offer(string place, string job)
    {
        if (!offered.TryGetValue(place, out LinkedList<string>? jobs))
            offered[place] = jobs = new();
        // What does not fit comes again.
        if (jobs.Contains(job) || count >= OfferedMax)
            return Task.CompletedTask;
        jobs.AddLast(job);
        count++;
        if (waiting.TryGetValue(place, out LinkedList<TaskCompletionSource<bool>>? workers) && workers.First is { } first)
            first.Value.TrySetResult(true);
        return Task.CompletedTask;
    }

    public Task Withdraw(string place, string job)
    {
        if (offered.TryGetValue(place, out LinkedList<string>? jobs) && jobs.Remove(job))
            Count(place, jobs);
        return Task.CompletedTask;
    }

    public async Task<string?> Take(string place, int waitSeconds)
    {
        if (waitSeconds is < 0 or > WaitSecondsMax)
            throw new InvalidInputException("waitSeconds", $"waitSeconds is {waitSeconds}; it can be 0 to {WaitSecondsMax}.");
        if (Next(place) is { } job)
            return job;
        if (waitSeconds == 0)
            return null;
        var came = new TaskCompletionSource<bool>();
        if (!waiting.TryGetValue(place, out LinkedList<TaskCompletionSource<bool>>? workers))
            waiting[place] = workers = new();
        LinkedListNode<TaskCompletionSource<bool>> place1 = workers.AddLast(came);
        try
        {
            await Task.WhenAny(came.Task, Task.Delay(TimeSpan.FromSeconds(waitSeconds), time));
        }
        finally
        {
            workers.Remove(place1);
            if (workers.Count == 0)
                waiting.Remove(place);
        }

        return Next(place);
    }

    string? Next(string place)
    {
        if (!offered.TryGetValue(place, out LinkedList<string>? jobs))
            return null;
        string job = jobs.First!.Value;
        jobs.RemoveFirst();
        Count(place, jobs);
        return job;
    }

    void Count(string place, LinkedList<string> jobs)
    {
        count--;
        if (jobs.Count == 0)
            offered.Remove(place);
    }
}
