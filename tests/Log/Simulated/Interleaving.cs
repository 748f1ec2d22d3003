namespace Orrery.Log.Tests.Simulated;

/// <summary>
/// Runs bodies on threads of their own, one at a time: whenever a body yields, the seed says who goes on. A body may be left standing for long while others run, as
/// a process that was paused. The same seed gives the same order.
/// </summary>
sealed class Interleaving(Random random)
{
    readonly List<Actor> actors = [];
    readonly SemaphoreSlim ended = new(0);
    Actor? current;

    public void Add(Action body) => actors.Add(new Actor(body));

    /// <summary>Runs all bodies to their ends. The first error of one is thrown.</summary>
    public void Run()
    {
        if (actors.Count == 0) return;
        foreach (var actor in actors)
        {
            new Thread(() =>
            {
                actor.Go.Wait();
                try
                {
                    actor.Body();
                }
                catch (Exception error)
                {
                    actor.Error = error;
                }

                actor.HasEnded = true;
                if (!Pass()) ended.Release();
            }) { IsBackground = true }.Start();
        }

        Pass();
        if (!ended.Wait(TimeSpan.FromMinutes(2))) throw new TimeoutException("The interleaved bodies do not end.");
        if (actors.Find(static actor => actor.Error is not null)?.Error is { } failed) throw new InvalidOperationException(failed.Message, failed);
    }

    /// <summary>Called by a body wherever another one may go on.</summary>
    public void Yield()
    {
        var self = current!;
        if (self.StandsFor == 0 && random.Next(3) > 0) return;
        if (self.StandsFor == 0 && random.Next(40) == 0) self.StandsFor = random.Next(10, 200);
        Pass();
        self.Go.Wait();
    }

    /// <summary>Lets somebody go on, who may be the caller. False if all have ended.</summary>
    bool Pass()
    {
        var left = actors.FindAll(static actor => !actor.HasEnded);
        if (left.Count == 0) return false;
        foreach (var actor in left) actor.StandsFor = Math.Max(0, actor.StandsFor - 1);
        var awake = left.FindAll(static actor => actor.StandsFor == 0);
        if (awake.Count == 0)
        {
            awake = left;
            foreach (var actor in left) actor.StandsFor = 0;
        }

        current = awake[random.Next(awake.Count)];
        current.Go.Release();
        return true;
    }

    sealed class Actor(Action body)
    {
        public Action Body { get; } = body;

        public SemaphoreSlim Go { get; } = new(0);

        public int StandsFor { get; set; }

        public bool HasEnded { get; set; }

        public Exception? Error { get; set; }
    }
}
