/// Sets of numbers that are united one by one; a set is known by its least member.
struct DisjointSets {
    private var parents: [Int32]

    /// The sets {0}, {1} … {count − 1}.
    init(count: Int) { parents = (0..<Int32(count)).map(\.self) }

    /// The least member of the set that holds `member`.
    mutating func least(of member: Int) -> Int {
        var place = member
        while parents[place] != place {
            // Halving the path keeps later walks short.
            parents[place] = parents[Int(parents[place])]
            place = Int(parents[place])
        }
        return place
    }

    mutating func unite(_ first: Int, _ second: Int) {
        let (first, second) = (least(of: first), least(of: second))
        parents[max(first, second)] = Int32(min(first, second))
    }

    /// The number of each member's set; sets are numbered from 0 by their least members.
    mutating func numbers() -> [Int32] {
        var (numbers, sets) = ([Int32](), Int32(0))
        numbers.reserveCapacity(parents.count)
        for member in parents.indices {
            let first = least(of: member)
            numbers.append(first == member ? sets : numbers[first])
            if first == member { sets += 1 }
        }
        return numbers
    }
}
