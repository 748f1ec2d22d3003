
-- table customers: 客户
CREATE TABLE `customers` (`id` bigint AUTO_INCREMENT NOT NULL COMMENT '内码', `code` varchar(20) NOT NULL COMMENT '客户编码', `name` varchar(100) NOT NULL COMMENT '客户名称', `level` smallint DEFAULT 1 NOT NULL COMMENT '等级', `is_active` tinyint(1) DEFAULT 1 NOT NULL COMMENT '是否启用', `credit` decimal(18,2) DEFAULT 0 NOT NULL COMMENT '信用额度', `created` datetime(3) DEFAULT CURRENT_TIMESTAMP(3) NOT NULL COMMENT '建立时间', PRIMARY KEY (`id`), CONSTRAINT `customers_level` CHECK (`level` BETWEEN 1 AND 5), CONSTRAINT `customers_credit` CHECK (`credit` >= 0)) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin COMMENT = '客户';

CREATE UNIQUE INDEX `customers_code` ON `customers` (`code`);

-- table units: 计量单位
CREATE TABLE `units` (`code` varchar(10) NOT NULL, `name` varchar(40) NOT NULL COMMENT '名称', PRIMARY KEY (`code`)) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin COMMENT = '计量单位';

-- table materials: 物料
CREATE TABLE `materials` (`number` varchar(30) NOT NULL, `name` varchar(200) NOT NULL COMMENT '物料名称', `unit` varchar(10) DEFAULT 'PCS' NOT NULL COMMENT '基本单位', `price` decimal(18,4) NULL, `properties` json NULL, `photo` longblob NULL, `mark` binary(16) NULL, PRIMARY KEY (`number`)) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin COMMENT = '物料';

-- table orders: 销售订单
CREATE TABLE `orders` (`id` bigint AUTO_INCREMENT NOT NULL COMMENT '内码', `number` varchar(30) NOT NULL COMMENT '单据编号', `customer` bigint NOT NULL COMMENT '客户内码', `day` date DEFAULT (CURRENT_DATE) NOT NULL COMMENT '日期', `status` varchar(1) DEFAULT 'Z' NOT NULL COMMENT '状态: Z 暂存, A 创建, B 审核中, C 已审核', `note` longtext NULL COMMENT '备注', PRIMARY KEY (`id`), CONSTRAINT `orders_status` CHECK (`status` IN ( 'Z' , 'A' , 'B' , 'C' ))) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin COMMENT = '销售订单';

CREATE UNIQUE INDEX `orders_number` ON `orders` (`number`);

CREATE INDEX `orders_customer_day` ON `orders` (`customer`, `day`);

-- table order_lines: 销售订单分录
CREATE TABLE `order_lines` (`order_id` bigint NOT NULL, `line` int NOT NULL, `material` varchar(30) NOT NULL, `quantity` decimal(18,4) NOT NULL COMMENT '数量', `price` decimal(18,4) NOT NULL COMMENT '单价', `amount` decimal(38,8) GENERATED ALWAYS AS (`quantity` * `price`) STORED COMMENT '金额', PRIMARY KEY (`order_id`, `line`), CONSTRAINT `order_lines_quantity` CHECK (`quantity` <> 0)) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin COMMENT = '销售订单分录';

-- rows of units
INSERT INTO `units` (`code`, `name`) VALUES ('PCS', '件');

INSERT INTO `units` (`code`, `name`) VALUES ('KG', '千克');

INSERT INTO `units` (`code`, `name`) VALUES ('BOX', '箱''s');

-- materials: its (unit) names rows of units
ALTER TABLE `materials` ADD CONSTRAINT `materials_unit` FOREIGN KEY (`unit`) REFERENCES `units` (`code`);

-- orders: its (customer) names rows of customers
ALTER TABLE `orders` ADD CONSTRAINT `orders_customer` FOREIGN KEY (`customer`) REFERENCES `customers` (`id`) ON DELETE RESTRICT;

-- order_lines: its (order_id) names rows of orders
ALTER TABLE `order_lines` ADD CONSTRAINT `order_lines_order` FOREIGN KEY (`order_id`) REFERENCES `orders` (`id`) ON DELETE CASCADE;

-- order_lines: its (material) names rows of materials
ALTER TABLE `order_lines` ADD CONSTRAINT `order_lines_material` FOREIGN KEY (`material`) REFERENCES `materials` (`number`);
