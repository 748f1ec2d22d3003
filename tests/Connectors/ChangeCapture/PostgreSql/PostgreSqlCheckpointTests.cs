using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.PostgreSql;

namespace Orrery.Connectors.Tests.ChangeCapture.PostgreSql;

public sealed class PostgreSqlCheckpointTests
{
    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("{}")]
    [InlineData("null")]
    public void A_text_that_is_no_checkpoint_is_refused(string text)
    {
        var options = new PostgreSqlCaptureOptions { ConnectionString = "Host=127.0.0.1", Slot = "s", Publication = "p", Tables = ["public.t"] };
        if (text.Length == 0) new PostgreSqlSource(options, text, TimeProvider.System, TestMeters.Capture()).ShouldNotBeNull();
        else Should.Throw<ArgumentException>(() => new PostgreSqlSource(options, text, TimeProvider.System, TestMeters.Capture())).Message.ShouldContain("is no checkpoint");
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_said_after_the_patience()
    {
        await using var source = new PostgreSqlSource(new PostgreSqlCaptureOptions
        {
            ConnectionString = "Host=127.0.0.1;Port=1;Username=nobody", Slot = "s", Publication = "p", Tables = ["public.t"], ReconnectPatience = TimeSpan.Zero, ReconnectPause = TimeSpan.FromMilliseconds(1),
        }, "", TimeProvider.System, TestMeters.Capture());
        (await Should.ThrowAsync<ChangeSourceException>(async () => await source.ReadAsync(new ChangeBatch(), CancellationToken.None))).Fault.ShouldBe(ChangeSourceFault.Unreachable);
    }
}
