using Orrery.Connectors.Dialects;

namespace Orrery.Jobs.Certificates;

/// <summary>Digests of two databases, which work at the same time.</summary>
static class BothDigests
{
    /// <param name="one">Of one connection; runs on a thread of its own.</param>
    /// <param name="other">Of another one.</param>
    public static (RowDigest One, RowDigest Other) Take(Func<RowDigest> one, Func<RowDigest> other)
    {
        Task<RowDigest> first = Task.Factory.StartNew(one, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        RowDigest second;
        try
        {
            second = other();
        }
        finally
        {
            ((IAsyncResult)first).AsyncWaitHandle.WaitOne();
        }

        return (first.GetAwaiter().GetResult(), second);
    }
}
