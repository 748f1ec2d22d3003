using Orrery.Runtime.Hosting;

namespace Orrery.Runtime.Testing;

/// <summary>A silo of a test that is lost ends nothing but itself: the process is the test's.</summary>
internal sealed class TestProcessEnd : IProcessEnd
{
    private readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<string> Lost => _lost.Task;

    public void Begin(string reason) => _lost.TrySetResult(reason);
}
