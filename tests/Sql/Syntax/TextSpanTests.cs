using Orrery.Sql.Syntax;

namespace Orrery.Sql.Tests.Syntax;

public sealed class TextSpanTests
{
    [Fact]
    public void A_span_reaches_from_its_start_to_the_end_of_the_last_piece() =>
        new TextSpan(4, 3, 1, 5).To(new TextSpan(10, 2, 2, 1)).ShouldBe(new TextSpan(4, 8, 1, 5));
}
